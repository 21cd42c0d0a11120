// How often Discord may be asked through one webhook: five times in two seconds, and thirty times a minute, which it tells nobody.

export type Urgency = 'urgent' | 'quiet';

export type Budget = {
  /** 0 when one may be sent now, else how long it must wait. What is quiet leaves room for what is urgent. */
  waitMs(urgency: Urgency): number;
  /** One was sent. */
  spend(): void;
  /** Discord itself says that nothing may be sent for so long. */
  hold(ms: number): void;
};

/** Discord counts when a request arrives, we when it leaves: a little more than what it says. */
const SLACK_MS = 250;
const WINDOWS = [
  { limit: 5, kept: 1, ms: 2_000 + SLACK_MS },
  { limit: 30, kept: 8, ms: 60_000 + SLACK_MS },
] as const;
const LONGEST_MS = Math.max(...WINDOWS.map(({ ms }) => ms));

export function createBudget(clock: () => number): Budget {
  let spent: number[] = [];
  let heldUntil = 0;
  return {
    waitMs(urgency) {
      const now = clock();
      spent = spent.filter((at) => at > now - LONGEST_MS);
      const waits = WINDOWS.map(({ limit, kept, ms }) => {
        const oldest = spent.at(-(urgency === 'urgent' ? limit : limit - kept));
        return oldest === undefined ? 0 : oldest + ms - now;
      });
      return Math.max(0, heldUntil - now, ...waits);
    },
    spend: () => void spent.push(clock()),
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock() + ms);
    },
  };
}
