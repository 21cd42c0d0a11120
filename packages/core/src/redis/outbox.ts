// The due-set of one channel: which tasks have undelivered events, who is on it, and how far each has been told.
import * as v from 'valibot';
import type { Redis } from './connect.js';
import { readEntries } from './event-log.js';
import { keys } from './keys.js';
import { script } from './script.js';
import type { OutboxChannel } from './store.js';

// A cursor is `7`, everything up to 7 told, or `7-12`: and what comes up to 12 is being told as one.
const CURSOR_LUA = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function advance(cursors, id, seq)
  local told = tonumber(string.match(redis.call('HGET', cursors, id) or '0', '^%d+'))
  if tonumber(seq) > told then redis.call('HSET', cursors, id, seq) end
end
`;

// KEYS: due-set, cursors. ARGV: how long the taker may be silent (ms).
const takeScript = script<[string, string] | null>(`${CURSOR_LUA}
local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not due then return false end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), due)
return { due, redis.call('HGET', KEYS[2], due) or '0' }
`);

// KEYS: due-set, cursors, task, failures. ARGV: id, told up to, how long the taker may be silent (ms), or '' to let go of the task.
// Of a task that is gone (purged, Redis emptied) nothing is kept. One let go of with more to tell is due at once.
const advanceScript = script<null>(`${CURSOR_LUA}
local last = tonumber(redis.call('HGET', KEYS[3], 'seq'))
local told = tonumber(ARGV[2])
if not last then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[4], ARGV[1])
  return
end
if told > 0 then advance(KEYS[2], ARGV[1], ARGV[2]) end
if ARGV[3] ~= '' then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
elseif last <= told then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[4], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now, ARGV[1])
end
`);

// KEYS: cursors. ARGV: id, cursor, until. Not where somebody else has told more meanwhile.
const joinScript = script<number>(`
local told = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '0', '^%d+')
if told ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '-' .. ARGV[3])
return 1
`);

// KEYS: due-set. ARGV: id, ms. A task that is due no more (purged meanwhile) stays so.
const postponeScript = script<number>(`${CURSOR_LUA}
return redis.call('ZADD', KEYS[1], 'XX', now + tonumber(ARGV[2]), ARGV[1])
`);

/** What was not told, with the HTTP status its receiver refused it with, or null where it could not be put into words; `at` in ms since 1970. */
export const Refusal = v.object({ taskId: v.string(), seq: v.number(), status: v.nullable(v.number()), at: v.number() });
export type Refusal = v.InferOutput<typeof Refusal>;

/** A task taken to be told: all up to `cursor` is, and what follows up to `until` was begun to be told as one. */
export type Taken = { taskId: string; cursor: number; until: number | null };

export type Outbox = ReturnType<typeof createOutbox>;

const KEPT_REFUSALS = 1_000;
/** Whose first untold event is looked at to find the oldest: those that wait for the longest time. */
const SAMPLE = 100;

export function createOutbox(redis: Redis, channel: OutboxChannel) {
  const due = keys.outbox(channel);
  const cursors = keys.cursor(channel);
  const refused = keys.refused(channel);
  const failures = keys.untellable(channel);
  const placed = (taskId: string, seq: number, hold: string) =>
    advanceScript(redis, [due, cursors, keys.task(taskId), failures], [taskId, String(seq), hold]);
  const refuse = async (refusal: Refusal): Promise<void> => {
    await redis
      .multi()
      .lPush(refused, JSON.stringify(refusal))
      .lTrim(refused, 0, KEPT_REFUSALS - 1)
      .exec();
  };
  return {
    /** Takes one task that is due now, for `forMs`; another relay gets it only after that long without `advance` or `settle`. */
    async take(forMs: number): Promise<Taken | null> {
      const taken = await takeScript(redis, [due, cursors], [String(forMs)]);
      if (taken === null) return null;
      const [cursor = 0, until = null] = taken[1].split('-').map(Number);
      return { taskId: taken[0], cursor, until };
    },
    /** Records that everything up to `seq` was delivered (or is of no interest to the channel), and keeps the task taken. */
    async advance(taskId: string, seq: number, forMs: number): Promise<void> {
      await placed(taskId, seq, String(forMs));
    },
    /**
     * Records, before it is sent, that what follows `cursor` up to `until` is one message: whoever repeats it repeats just that.
     * False when somebody else has told more of the task meanwhile.
     */
    async join(taskId: string, cursor: number, until: number): Promise<boolean> {
      return (await joinScript(redis, [cursors], [taskId, String(cursor), String(until)])) === 1;
    },
    /** Lets go of a task told up to `seq`: done with it, or due again at once when more has come. */
    async settle(taskId: string, seq: number): Promise<void> {
      await placed(taskId, seq, '');
    },
    /** Looks at the task again in `ms`. */
    async postpone(taskId: string, ms: number): Promise<void> {
      await postponeScript(redis, [due], [taskId, String(ms)]);
    },
    /** Marks a message as refused for good; the last 1,000 marks are kept. */
    refuse,
    /** Counts that telling the task went wrong as a whole; how often in a row it did. */
    async fail(taskId: string): Promise<number> {
      return redis.hIncrBy(failures, taskId, 1);
    },
    /** Gives the telling of a task up, with a mark, until something new happens to it. */
    async setAside(refusal: Refusal): Promise<void> {
      await refuse(refusal);
      await redis.multi().zRem(due, refusal.taskId).hDel(failures, refusal.taskId).exec();
    },
    /** The newest marks of `refuse` and `setAside`. */
    async refusals(limit = KEPT_REFUSALS): Promise<Refusal[]> {
      return (await redis.lRange(refused, 0, limit - 1)).map((mark) => v.parse(Refusal, JSON.parse(mark)));
    },
    /** When the next task is due, in ms since 1970; null when none is. */
    async nextDue(): Promise<number | null> {
      const [first] = await redis.zRangeWithScores(due, 0, 0);
      return first?.score ?? null;
    },
    /** How many tasks wait to be told, since when the oldest of their events does (ms since 1970), and how many marks of refusal are kept. */
    async backlog(): Promise<{ tasks: number; oldestAt: number | null; refusals: number }> {
      const [tasks, waiting, refusals] = await Promise.all([redis.zCard(due), redis.zRange(due, 0, SAMPLE - 1), redis.lLen(refused)]);
      const since = await Promise.all(waiting.map((id) => firstUntoldAt(redis, id, cursors)));
      const known = since.filter((at) => at !== null);
      return { tasks, oldestAt: known.length === 0 ? null : Math.min(...known), refusals };
    },
  };
}

/** Null where it cannot be known. */
async function firstUntoldAt(redis: Redis, taskId: string, cursors: string): Promise<number | null> {
  const cursor = Number.parseInt((await redis.hGet(cursors, taskId)) ?? '0', 10);
  const [first] = await readEntries(redis, taskId, cursor, 1).catch(() => []);
  return first?.event?.at ?? null;
}
