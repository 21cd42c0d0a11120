// How long to wait before the next try of what keeps failing.

export type Backoff = { firstMs: number; capMs: number };

/** Doubles with every failure (from 0), plus up to a quarter at random so that many tasks do not return at once; never over the cap. */
export function backoffMs(failures: number, { firstMs, capMs }: Backoff, random: () => number): number {
  const doubled = firstMs * 2 ** Math.min(failures, 30);
  return Math.min(capMs, Math.round(doubled * (1 + random() / 4)));
}
