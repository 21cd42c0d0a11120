// Work time: monotonic, standing still while a human or the model's service is waited for.
export type WorkClock = {
  /** Work time so far in ms, earlier attempts included. */
  ms(): number;
  /** Stops the clock for one reason; it runs again when no reason is left. */
  stand(reason: string): void;
  go(reason: string): void;
  stands(): boolean;
};

export function createWorkClock(startMs: number, now: () => number = () => performance.now()): WorkClock {
  const reasons = new Set<string>();
  let counted = startMs;
  let since: number | null = now();
  const ms = () => counted + (since === null ? 0 : now() - since);
  return {
    ms,
    stand(reason) {
      reasons.add(reason);
      counted = ms();
      since = null;
    },
    go(reason) {
      if (!reasons.delete(reason) || reasons.size > 0) return;
      since = now();
    },
    stands: () => reasons.size > 0,
  };
}
