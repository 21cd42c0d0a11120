// One task at a time per folder, and none in a folder around or within another's.
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

/** Lua: who works in this folder, or one around or within it, besides `id`; nil when nobody. What an undo held too long is let go of. */
export const PROJECTS_LUA = `
local function within(inner, outer) return inner == outer or string.sub(inner, 1, #outer + 1) == outer .. '/' end
local function working_in(projects, folder, id, now)
  local held = redis.call('HGETALL', projects)
  for i = 1, #held, 2 do
    local who, till = string.match(held[i + 1], '^([^:]*):?(%d*)$')
    if till ~= '' and tonumber(till) <= now then redis.call('HDEL', projects, held[i])
    elseif (who ~= id or till ~= '') and (within(held[i], folder) or within(folder, held[i])) then return who end
  end
  return nil
end
`;

// KEYS: projects. ARGV: folder, id, for how long (ms).
const holdScript = script<string>(`${PROJECTS_LUA}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local busy = working_in(KEYS[1], ARGV[1], '', now)
if busy then return busy end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. string.format('%.0f', now + tonumber(ARGV[3])))
return ''
`);

// KEYS: projects. ARGV: folder, id. Lets go of what `hold` took, and of nothing else.
const letGoScript = script<number>(`
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and string.sub(held, 1, #ARGV[2] + 1) == ARGV[2] .. ':' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0
`);

/** Keeps tasks out of a folder for at most `forMs`; the id of the one that works there already, or null when it is held now. */
export async function holdProject(
  redis: Redis,
  { folder, id, forMs }: { folder: string; id: string; forMs: number },
): Promise<string | null> {
  const busy = await holdScript(redis, [keys.projects], [folder, id, String(forMs)]);
  return busy === '' ? null : busy;
}

export async function letGoOfProject(redis: Redis, { folder, id }: { folder: string; id: string }): Promise<void> {
  await letGoScript(redis, [keys.projects], [folder, id]);
}
