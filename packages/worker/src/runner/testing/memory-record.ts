// A record without a supervisor: the same rules, kept in memory, and a door through which others write.
import { apply, type DaySpending, type Event, type Task, type TranscriptRecord } from '@tars/core';
import { onlyYesIsMissing } from '../../supervisor/revoked.js';
import { OverError, RevokedError, type TaskRecord } from '../record.js';

export type MemoryRecord = TaskRecord & {
  /** What all tasks have cost today and may. */
  spend(day: DaySpending): void;
  /** Everything committed so far. */
  events(): readonly Event[];
  /** A change by somebody else, as it reaches the record. */
  outside(event: Event): void;
};

export function createMemoryRecord(begun: { task: Task; transcript: readonly TranscriptRecord[] }): MemoryRecord {
  let { task } = begun;
  const transcript = [...begun.transcript];
  const log: Event[] = [];
  let day: DaySpending | null = null;
  const write = (events: readonly Event[]): void => {
    const changed = events.reduce<Task | null>((next, event) => next && apply(next, event), task);
    if (changed === null && onlyYesIsMissing(task, events)) throw new RevokedError('The yes was taken back.');
    if (changed === null) throw new OverError(`Refused: ${events.map(({ type }) => type).join(', ')}.`);
    task = changed;
    log.push(...events);
  };
  const commit: TaskRecord['commit'] = async (events, records = []) => {
    // As over IPC: not before the next turn of the event loop.
    await new Promise(setImmediate);
    write(events);
    transcript.push(...records);
  };
  return {
    task: () => task,
    day: () => day,
    transcript: () => transcript,
    events: () => log,
    outside: (event) => write([event]),
    commit,
    post: commit,
    hold: commit,
    spend: (spending) => {
      day = spending;
    },
    async look() {
      await new Promise(setImmediate);
      if (task.pauseRequested) throw new OverError('It is to be paused.');
    },
  };
}
