// Who is at work on the tasks of a pool, and who waits in which place of its line.
import { UNTOUCHED } from '../apply-wishes.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

const LEASED_LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function leased(nonce, lease) return nonce and nonce ~= '' and tonumber(lease or '0') > now end
`;

// KEYS: task.
const isHeldScript = script<number>(`${LEASED_LUA}
local held = redis.call('HMGET', KEYS[1], 'nonce', 'lease')
if leased(held[1], held[2]) then return 1 end
return 0
`);

// KEYS: started tasks. ARGV: prefix of task keys, pool. Whoever holds a task has started it.
const heldScript = script<string[]>(`${LEASED_LUA}
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local held = redis.call('HMGET', ARGV[1] .. id, 'pool', 'nonce', 'lease')
  if held[1] == ARGV[2] and leased(held[2], held[3]) then found[#found + 1] = id end
end
return found
`);

// KEYS: pool, projects. ARGV: prefix of task keys, rank to begin at, how many to look at, how many to find, progress of one that was told nothing.
// What a paused task was left in the pool by an older version is passed over.
const lineScript = script<[next: number, free: string[], behind: string[], untold: string[]]>(`${LEASED_LUA}
local taken, around = {}, {}
local held = redis.call('HGETALL', KEYS[2])
for i = 1, #held, 2 do
  local who, till = string.match(held[i + 1], '^([^:]*):?(%d*)$')
  if till == '' or tonumber(till) > now then
    taken[held[i]] = who
    for at in string.gmatch(held[i], '()/') do around[string.sub(held[i], 1, at - 1)] = who end
  end
end
local known = {}
local function busy(folder)
  if known[folder] ~= nil then return known[folder] end
  local who = taken[folder] or around[folder]
  for at in string.gmatch(folder, '()/') do who = who or taken[string.sub(folder, 1, at - 1)] end
  known[folder] = who or false
  return known[folder]
end

local from, look, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local free, behind, untold = {}, {}, {}
local ids = redis.call('ZRANGE', KEYS[1], from, from + look - 1)
for i, id in ipairs(ids) do
  local task = redis.call('HMGET', ARGV[1] .. id, 'status', 'nonce', 'lease', 'project', 'isolate', 'progress')
  if task[1] and task[1] ~= 'paused' and not leased(task[2], task[3]) then
    local who = task[5] ~= 'true' and busy(task[4])
    if not who or who == id then free[#free + 1] = id
    elseif task[6] == ARGV[5] then behind[#behind + 1] = id; behind[#behind + 1] = who end
    if task[6] == ARGV[5] then untold[#untold + 1] = id end
    if #free >= most or #untold >= most then return { from + i, free, behind, untold } end
  end
end
return { #ids < look and 0 or from + #ids, free, behind, untold }
`);

/** So much of a line is looked at in one go: Redis does nothing else meanwhile. */
const LOOK = 1_000;

export type Line = {
  /** The place to look on from; 0 at the end of the line. */
  next: number;
  /** What may be claimed, oldest first. */
  free: string[];
  /** What must wait for another task in its project, and of which its owner was not told that it waits. */
  behind: { id: string; otherId: string }[];
  /** What waits, whatever for, and of which its owner was not told so. */
  untold: string[];
};

export function createLines(redis: Redis) {
  /** Those of a pool under a claim whose lease has not run out. */
  const held = (pool: string): Promise<string[]> => heldScript(redis, [keys.byState('started')], [keys.task(''), pool]);
  return {
    held,

    /** Whether somebody has a claim on it whose lease has not run out. */
    async isHeld(id: string): Promise<boolean> {
      return (await isHeldScript(redis, [keys.task(id)], [])) === 1;
    },

    /** A piece of the line of a pool from a place on, until `most` are found: what nobody holds and is not paused. */
    async line(pool: string, { from = 0, most = LOOK }: { from?: number; most?: number } = {}): Promise<Line> {
      const at = [keys.task(''), String(from), String(LOOK), String(most), UNTOUCHED];
      const [next, free, waits, untold] = await lineScript(redis, [keys.line(pool), keys.projects], at);
      const behind = waits.flatMap((id, index) => (index % 2 === 0 ? [{ id, otherId: waits[index + 1] ?? '' }] : []));
      return { next, free, behind, untold };
    },

    /** How many of a pool wait before each of these. */
    async placesIn(pool: string, ids: readonly string[]): Promise<Map<string, number>> {
      const rankOf = async (id: string) => [id, await redis.zRank(keys.line(pool), id)] as const;
      const atWork = (await Promise.all((await held(pool)).map(rankOf))).map(([, rank]) => rank ?? Number.POSITIVE_INFINITY);
      const ranks = await Promise.all(ids.map(rankOf));
      return new Map(ranks.flatMap(([id, rank]) => (rank === null ? [] : [[id, rank - atWork.filter((other) => other < rank).length]])));
    },
  };
}
