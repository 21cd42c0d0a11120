// Forgetting: a task that ended long ago goes whole, in one step, and never one that somebody still works on or waits to hear of.
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';
import { OUTBOX_CHANNELS } from './store.js';

const HOUR_MS = 3_600_000;
const SETTLED = ['finished', 'failed', 'timeout', 'cancelled'] as const;
/** The feed must miss nothing. What was to be said in a call is not worth saying so much later. */
const LASTING = ['n8n', 'discord'] as const;
const PASSING = 'voice';

export type Forgotten = { id: string; state: string; goal: string; endedAt: number };

// KEYS: task, the lasting due-sets (two), the set of those that are being undone; then the sorted sets and the hashes to take it out of; then its own keys.
// ARGV: id, forget if ended before (ms), and if before that (ms) even untold, number of sorted sets, number of hashes.
const forgetScript = script<'gone' | 'kept' | 'untold'>(`
local id, sets, hashes = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local task = redis.call('HMGET', KEYS[1], 'status', 'ended_at')
local settled = task[1] == 'finished' or task[1] == 'failed' or task[1] == 'timeout' or task[1] == 'cancelled'
local ended = tonumber(task[2] or '')
if not settled or not ended or ended >= tonumber(ARGV[2]) then return 'kept' end
if ended >= tonumber(ARGV[3]) and (redis.call('ZSCORE', KEYS[2], id) or redis.call('ZSCORE', KEYS[3], id)) then return 'untold' end
redis.call('SREM', KEYS[4], id)
for i = 5, #KEYS do
  if i < 5 + sets then redis.call('ZREM', KEYS[i], id)
  elseif i < 5 + sets + hashes then redis.call('HDEL', KEYS[i], id)
  else redis.call('UNLINK', KEYS[i]) end
end
redis.call('UNLINK', KEYS[1])
return 'gone'
`);

// KEYS: due-set, cursors. ARGV: prefix of task keys, settle what ended before (ms). Nobody would be told of it any more.
const dropPassedScript = script<number>(`
local dropped = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local ended = tonumber(redis.call('HGET', ARGV[1] .. id, 'ended_at') or '')
  if (ended and ended < tonumber(ARGV[2])) or redis.call('EXISTS', ARGV[1] .. id) == 0 then
    redis.call('ZREM', KEYS[1], id)
    local seq = redis.call('HGET', ARGV[1] .. id, 'seq')
    if seq then redis.call('HSET', KEYS[2], id, seq) else redis.call('HDEL', KEYS[2], id) end
    dropped = dropped + 1
  end
end
return dropped
`);

/**
 * Forgets every task that ended before `endedBefore` (ms since 1970): all that is kept of it but the audit trail.
 * One whose feed has not been told whole stays until `untoldBefore`; those that stayed for it are counted.
 */
export async function forgetTasks(
  redis: Redis,
  { endedBefore, untoldBefore }: { endedBefore: number; untoldBefore: number },
): Promise<{ forgotten: Forgotten[]; untold: number }> {
  const forgotten: Forgotten[] = [];
  let untold = 0;
  for (const state of SETTLED) {
    // Scored by when it was accepted: what ended before was accepted before.
    for (const id of await redis.zRange(keys.byState(state), '-inf', `(${endedBefore}`, { BY: 'SCORE' })) {
      const [goal, session, owner, pool, endedAt] = await redis.hmGet(keys.task(id), ['goal', 'session_id', 'owner', 'pool', 'ended_at']);
      const sets = [
        keys.byState(state),
        keys.tasks,
        keys.changed,
        keys.waiting,
        keys.bySession(session ?? ''),
        keys.byOwner(owner ?? ''),
        ...OUTBOX_CHANNELS.map(keys.outbox),
      ];
      const hashes = OUTBOX_CHANNELS.flatMap((channel) => [keys.cursor(channel), keys.untellable(channel)]);
      const outcome = await forgetScript(
        redis,
        [keys.task(id), ...LASTING.map(keys.outbox), keys.undoing(pool ?? ''), ...sets, ...hashes, ...keys.besideTask(id)],
        [id, String(endedBefore), String(untoldBefore), String(sets.length), String(hashes.length)],
      );
      if (outcome === 'gone') forgotten.push({ id, state, goal: goal ?? '', endedAt: Number(endedAt) });
      if (outcome === 'untold') untold++;
    }
  }
  return { forgotten, untold };
}

/** Does what is due once an hour for all processes together; null when another one has just done it. */
export async function tidyRecord(
  redis: Redis,
  retentionMs: number,
  now: number,
): Promise<{ forgotten: Forgotten[]; untold: number } | null> {
  const mine = await redis.set(keys.tidied, String(now), { condition: 'NX', expiration: { type: 'PX', value: HOUR_MS } });
  if (mine === null) return null;
  await dropPassedScript(redis, [keys.outbox(PASSING), keys.cursor(PASSING)], [keys.task(''), String(now - HOUR_MS)]);
  return forgetTasks(redis, { endedBefore: now - retentionMs, untoldBefore: now - 2 * retentionMs });
}
