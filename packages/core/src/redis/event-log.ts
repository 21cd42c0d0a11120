// A task's log as it lies in Redis: one entry an event, and what cannot be read hides none of the others.
import * as v from 'valibot';
import { Event } from '../event.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';

/** `event` is null where this version cannot read what another wrote. */
export type LogEntry = { taskId: string; seq: number; event: Event | null };

/** The entries after `afterSeq`, in order, at most `limit`. Sequences have no gaps. */
export async function readEntries(redis: Redis, id: string, afterSeq: number, limit: number): Promise<LogEntry[]> {
  const entries = await redis.xRange(keys.events(id), `${afterSeq + 1}-0`, '+', { COUNT: limit });
  return (entries ?? []).map((entry) => ({ taskId: id, seq: Number(entry.id.split('-')[0]), event: eventIn(entry.message.event) }));
}

function eventIn(text: string | undefined): Event | null {
  try {
    return v.parse(Event, JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
}
