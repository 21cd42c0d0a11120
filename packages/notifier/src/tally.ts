// What became of the events of one way out since the start, and when the last one was taken.
import type { Outcome } from './channel.js';

export type Tally = {
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  /** In ms since 1970; null while nothing was. */
  readonly lastToldAt: number | null;
  count(kind: Outcome['kind'], at: number): void;
};

export function createTally(): Tally {
  const outcomes: Record<Outcome['kind'], number> = { delivered: 0, skipped: 0, refused: 0, later: 0 };
  let lastToldAt: number | null = null;
  return {
    outcomes,
    get lastToldAt() {
      return lastToldAt;
    },
    count(kind, at) {
      outcomes[kind] += 1;
      if (kind === 'delivered') lastToldAt = at;
    },
  };
}
