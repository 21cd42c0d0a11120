// How often somebody may ask: a bucket each, that fills up again with time. In memory, so each process counts for itself.

export type Rate = { perSecond: number; burst: number };

export type RateLimit = {
  /** Takes one; the whole seconds to wait when there is none left, else null. */
  take(who: string): number | null;
  /** The same without taking. */
  waitOf(who: string): number | null;
};

/** So many buckets are kept before the full ones, which nobody would miss, are forgotten. */
const TIDY_ABOVE = 10_000;

export function createRateLimit({ perSecond, burst }: Rate, clock: () => number = Date.now): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();

  const level = (who: string): number => {
    const bucket = buckets.get(who);
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + (Math.max(0, clock() - bucket.at) / 1_000) * perSecond);
  };
  const waitOf = (who: string): number | null => {
    const tokens = level(who);
    return tokens >= 1 ? null : Math.ceil((1 - tokens) / perSecond);
  };
  const tidy = () => {
    for (const who of buckets.keys()) if (level(who) === burst) buckets.delete(who);
  };

  return {
    waitOf,
    take(who) {
      const wait = waitOf(who);
      if (wait !== null) return wait;
      buckets.set(who, { tokens: level(who) - 1, at: clock() });
      if (buckets.size > TIDY_ABOVE) tidy();
      return null;
    },
  };
}
