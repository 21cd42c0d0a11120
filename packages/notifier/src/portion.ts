// How much of a task's log goes out as one message: an event each, unless the reader is so far behind that a digest serves better.
import type { Event, LoggedEvent } from '@tars/core';
import type { LogEntry } from '@tars/core/redis';

/** What is told at once: at least one event; the last one gives the message its id. */
export type Portion = { logged: LoggedEvent; earlier: readonly LoggedEvent[] };

const MOST = 20;

/** The first portion of `entries`: up to `until` where one was begun, several of those that `joins` when `isFarBehind`, else one; null where that one cannot be read. */
export function portionOf(
  entries: readonly LogEntry[],
  { until, isFarBehind, joins }: { until: number | null; isFarBehind: boolean; joins: (event: Event) => boolean },
): Portion | null {
  const together: LoggedEvent[] = [];
  for (const { event, ...place } of entries) {
    const belongs = until === null ? isFarBehind && together.length < MOST && event !== null && joins(event) : place.seq <= until;
    if (together.length > 0 && !belongs) break;
    if (event === null) break;
    together.push({ ...place, event });
    if (!belongs) break;
  }
  const logged = together.pop();
  return logged === undefined ? null : { logged, earlier: together };
}
