// How often a code may be tried: counted before anything is compared, so that a crash in between cannot give a free try.
import { MAX_TRIES } from '../limits.js';
import type { Redis } from '../redis/connect.js';
import { keys } from '../redis/keys.js';
import { script } from '../redis/script.js';
import type { Task } from '../task.js';
import type { ConfirmationRequest } from './request.js';

/** Wrong codes per owner and window, over all requests. */
const MAX_TRIES_OF_USER = 10;
const WINDOW_MS = 15 * 60_000;
const KEPT_MS = 24 * 3_600_000;

export type Counted =
  /** The try may be judged; `left` more may follow it. */
  | { kind: 'counted'; left: number; windowEndsInMs: number | null }
  /** Whatever the code is, it is refused until the owner's window ends. */
  | { kind: 'closed'; endsInMs: number };

// KEYS: tries of the user, of the request. ARGV: most of the user, of the request · window ms · kept ms
const countScript = script<['counted' | 'closed', number, number]>(`
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
local ends = redis.call('PTTL', KEYS[1])
if used > tonumber(ARGV[1]) then return { 'closed', ends, 0 } end
local tries = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
if used == tonumber(ARGV[1]) then return { 'counted', math.min(0, tonumber(ARGV[2]) - tries), ends } end
return { 'counted', math.min(tonumber(ARGV[2]) - tries, tonumber(ARGV[1]) - used), -1 }
`);

export async function countTry(redis: Redis, task: Task, request: ConfirmationRequest): Promise<Counted> {
  const [kind, number, ends] = await countScript(
    redis,
    [keys.triesOfUser(task.owner), keys.tries(request.id)],
    [String(MAX_TRIES_OF_USER), String(MAX_TRIES), String(WINDOW_MS), String(KEPT_MS)],
  );
  return kind === 'closed' ? { kind, endsInMs: number } : { kind, left: number, windowEndsInMs: ends < 0 ? null : ends };
}

/** A right code shows who it was: the wrong ones before it were slips. */
export const forgetTries = (redis: Redis, task: Task): Promise<unknown> => redis.del(keys.triesOfUser(task.owner));

/** True for the first use of what proves only once, in whichever process. */
export async function spend(redis: Redis, once: string, forMs: number): Promise<boolean> {
  return (await redis.set(keys.spent(once), '1', { condition: 'NX', expiration: { type: 'PX', value: forMs } })) !== null;
}
