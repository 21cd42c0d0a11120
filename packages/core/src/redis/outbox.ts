// The due-set of one channel: which tasks have undelivered events, who is on it, and how far each has been told.
import * as v from 'valibot';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';
import type { OutboxChannel } from './store.js';

// KEYS: due-set, cursors. ARGV: how long the taker may be silent (ms).
const takeScript = script<[string, string] | null>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not due then return false end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), due)
return { due, redis.call('HGET', KEYS[2], due) or '0' }
`);

// KEYS: due-set, task. ARGV: id, cursor. Clears the task when nothing came after the cursor, else leaves it due now.
const settleScript = script<number>(`
local last = tonumber(redis.call('HGET', KEYS[2], 'seq') or '0')
if last <= tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
return 0
`);

const postponeScript = script<number>(`
local time = redis.call('TIME')
return redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2]), ARGV[1])
`);

/** A message its receiver would not take, with the HTTP status it gave; `at` in ms since 1970. */
export const Refusal = v.object({ taskId: v.string(), seq: v.number(), status: v.number(), at: v.number() });
export type Refusal = v.InferOutput<typeof Refusal>;

const KEPT_REFUSALS = 1_000;

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(redis: Redis, channel: OutboxChannel) {
  const due = keys.outbox(channel);
  const cursors = keys.cursor(channel);
  const refused = keys.refused(channel);
  return {
    /** Takes one task that is due now, for `forMs`; another relay gets it only after that long without `advance` or `settle`. */
    async take(forMs: number): Promise<{ taskId: string; cursor: number } | null> {
      const taken = await takeScript(redis, [due, cursors], [String(forMs)]);
      return taken === null ? null : { taskId: taken[0], cursor: Number(taken[1]) };
    },
    /** Records that everything up to `seq` was delivered (or is of no interest to the channel), and keeps the task taken. */
    async advance(taskId: string, seq: number, forMs: number): Promise<void> {
      await redis.hSet(cursors, taskId, String(seq));
      await postponeScript(redis, [due], [taskId, String(forMs)]);
    },
    /** Lets go of a task told up to `cursor`: done with it, or due again at once when more has come. */
    async settle(taskId: string, cursor: number): Promise<void> {
      await settleScript(redis, [due, keys.task(taskId)], [taskId, String(cursor)]);
    },
    /** Looks at the task again in `ms`. */
    async postpone(taskId: string, ms: number): Promise<void> {
      await postponeScript(redis, [due], [taskId, String(ms)]);
    },
    /** Marks a message as refused for good; the last 1,000 marks are kept. */
    async refuse(refusal: Refusal): Promise<void> {
      await redis
        .multi()
        .lPush(refused, JSON.stringify(refusal))
        .lTrim(refused, 0, KEPT_REFUSALS - 1)
        .exec();
    },
    /** The newest marks of `refuse`. */
    async refusals(limit = KEPT_REFUSALS): Promise<Refusal[]> {
      return (await redis.lRange(refused, 0, limit - 1)).map((mark) => v.parse(Refusal, JSON.parse(mark)));
    },
    /** When the next task is due, in ms since 1970; null when none is. */
    async nextDue(): Promise<number | null> {
      const [first] = await redis.zRangeWithScores(due, 0, 0);
      return first?.score ?? null;
    },
  };
}
