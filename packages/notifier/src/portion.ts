// How much of a task's log goes out as one message: an event each, unless the channel gathers them or the reader is so far behind that a digest serves better.
import type { Event, LoggedEvent } from '@tars/core';
import type { LogEntry } from '@tars/core/redis';
import type { Gathering } from './channel.js';

/** What is told at once: at least one event; the last one gives the message its id. */
export type Portion = { logged: LoggedEvent; earlier: readonly LoggedEvent[] };

/** How a reader who is far behind is told of what may be joined. */
export const DIGEST: Pick<Gathering, 'most' | 'takesAlong'> = { most: 20, takesAlong: false };

/** The first portion of `entries`: up to `until` where one was begun, several of those that `joins` where they are gathered, else one; null where that one cannot be read. */
export function portionOf(
  entries: readonly LogEntry[],
  {
    until,
    gathered,
    joins,
  }: { until: number | null; gathered: Pick<Gathering, 'most' | 'takesAlong'> | null; joins: (event: Event) => boolean },
): Portion | null {
  const together: LoggedEvent[] = [];
  const isJoined = (event: Event) => gathered !== null && together.length < gathered.most && joins(event);
  for (const { event, ...place } of entries) {
    if (event === null) break;
    const belongs = until === null ? isJoined(event) : place.seq <= until;
    const comesLast = until === null && gathered?.takesAlong === true && !joins(event);
    if (together.length > 0 && !belongs && !comesLast) break;
    together.push({ ...place, event });
    if (!belongs) break;
  }
  const logged = together.pop();
  return logged === undefined ? null : { logged, earlier: together };
}
