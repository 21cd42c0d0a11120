// What all tasks together may cost on one day: counted in the record, told to whoever is about to spend, and forgotten at midnight (UTC).
import { type DaySpending, dayOf, isSpent } from '@tars/core';
import type { DaySpent, TaskStore } from '@tars/core/redis';

export type DayLimit = {
  /** Null where there is no limit; what cannot be read stops nobody. */
  spending(): Promise<DaySpending | null>;
  /** The same of what a reply was counted to. */
  of(spent: DaySpent): DaySpending | null;
  isReached(): Promise<boolean>;
  /** Lets go on what paused for it, once there is money again: a new day, a higher limit, or the owner's word. */
  wake(): Promise<void>;
};

/** More than this are not looked at in one go; the next look comes soon. */
const MOST_PAUSED = 1_000;

export function createDayLimit(options: {
  store: Pick<TaskStore, 'spending' | 'list' | 'commit'>;
  pool: string;
  limitMicros: number | null;
  clock?: () => number;
}): DayLimit {
  const { store, pool, limitMicros, clock = Date.now } = options;

  const of = ({ micros, passed }: DaySpent): DaySpending | null =>
    limitMicros === null ? null : { spentMicros: micros, limitMicros: passed + limitMicros };
  const spending = async (): Promise<DaySpending | null> => {
    if (limitMicros === null) return null;
    const spent = await store.spending(dayOf(clock())).catch(() => null);
    return spent && of(spent);
  };
  const isReached = async (): Promise<boolean> => isSpent(await spending());

  return {
    spending,
    of,
    isReached,
    async wake() {
      if (await isReached()) return;
      const paused = await store.list({ state: 'paused', limit: MOST_PAUSED });
      const waiting = paused.filter((task) => task.pauseReason === 'day_cost' && task.pool === pool);
      for (const { id } of waiting) {
        await store.commit(id, {
          as: { role: 'outsider' },
          events: [{ type: 'task.resumed', at: clock(), channel: 'worker' }],
          by: WORKER,
        });
      }
    },
  };
}

const WORKER = { credential: 'tars' };
