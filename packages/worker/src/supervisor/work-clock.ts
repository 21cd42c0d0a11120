// Work time: monotonic, standing still while a human or the model's service is waited for, or while the whole machine sleeps.
import type { Task } from '@tars/core';

export type WorkClock = {
  /** Work time so far in ms, earlier attempts included. Someone must look every now and then: nobody looks while the machine sleeps. */
  ms(): number;
  /** The same for time in which only the model's service was waited for. */
  outageMs(): number;
  /** Stops the clock for one reason; it runs again when no reason is left. */
  stand(reason: StandsFor): void;
  go(reason: StandsFor): void;
  stands(): boolean;
};

export type StandsFor = 'human' | 'model';

/** So long without a look, where there are four a second, the process or the machine stood still: nobody worked. */
export const ASLEEP_MS = 10_000;

export function createWorkClock(spent: Pick<Task, 'workedMs' | 'outageMs'>, now: () => number = () => performance.now()): WorkClock {
  const reasons = new Set<StandsFor>();
  let { workedMs, outageMs } = spent;
  let lookedAt = now();
  const look = (): void => {
    const passed = now() - lookedAt;
    lookedAt += passed;
    if (passed >= ASLEEP_MS) return;
    if (reasons.size === 0) workedMs += passed;
    else if (!reasons.has('human')) outageMs += passed;
  };
  return {
    ms() {
      look();
      return workedMs;
    },
    outageMs() {
      look();
      return outageMs;
    },
    stand(reason) {
      look();
      reasons.add(reason);
    },
    go(reason) {
      look();
      reasons.delete(reason);
    },
    stands: () => reasons.size > 0,
  };
}
