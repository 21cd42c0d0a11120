// What all tasks cost on one day (UTC), in micro-dollars: counted with the replies that cost it, forgotten soon after.
import { dayOf } from '../cost.js';
import type { Event } from '../event.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';

/** A day's spending is of no use after it. */
export const SPENDING_MS = 2 * 24 * 3_600_000;

/** In micro-dollars: what all tasks have cost on a day, and how much of it the owner has let pass. */
export type DaySpent = { micros: number; passed: number };

/** What a commit's answer says of it: nothing, where the change cost nothing. */
export const spentIn = (micros: string | undefined, passed: string | undefined): { spent?: DaySpent } =>
  micros === undefined ? {} : { spent: { micros: Number(micros), passed: Number(passed) } };

/** The day's key and what the replies among the events cost: counted where they are committed, so once. */
export function spendingOf(events: readonly Event[]): [key: string, micros: string] {
  const replies = events.flatMap((event) => (event.type === 'turn.replied' && event.costMicros !== null ? [event] : []));
  const micros = replies.reduce((sum, { costMicros }) => sum + (costMicros ?? 0), 0);
  return [keys.spending(dayOf(replies[0]?.at ?? 0)), micros === 0 ? '' : String(micros)];
}

export const createSpending = (redis: Redis) => ({
  /** What all tasks have cost on a day, in micro-dollars, and how much of it the owner has already let pass. */
  async spending(day: string): Promise<DaySpent> {
    const [micros, passed] = await redis.hmGet(keys.spending(day), ['micros', 'passed']);
    return { micros: Number(micros ?? 0), passed: Number(passed ?? 0) };
  },

  /** What the day has cost until now is let pass: its limit counts anew from here. */
  async letPass(day: string): Promise<void> {
    const micros = Number((await redis.hGet(keys.spending(day), 'micros')) ?? 0);
    await redis.multi().hSet(keys.spending(day), 'passed', micros).pExpire(keys.spending(day), SPENDING_MS).exec();
  },
});
