// The runner's only way to the record: ask the supervisor over IPC, and do nothing until it says "committed".
import { apply, type DaySpending, type Deferred, deferred, type Event, type Task, type TranscriptRecord } from '@tars/core';
import type { Acknowledgement, FromRunner } from '../protocol.js';

/** The task is no longer this runner's to change: cancelled, settled elsewhere, or claimed by a later attempt. */
export class OverError extends Error {
  readonly code = 'over';
}

/** The yes that the intent would have consumed was taken back by the owner. */
export class RevokedError extends Error {
  readonly code = 'revoked';
}

/** What an intent comes to that lost its yes meanwhile. */
export function unlessRevoked(reason: unknown): 'revoked' {
  if (reason instanceof RevokedError) return 'revoked';
  throw reason;
}

/** What the loop knows of the record. */
export type TaskRecord = {
  /** The task as last committed, and its whole transcript, this attempt's records included. */
  task(): Task;
  /** What all tasks have cost today and may, as of the last reply; null where there is no such limit. */
  day(): DaySpending | null;
  transcript(): readonly TranscriptRecord[];
  /** Throws `OverError` when it was not committed: then nothing may be done any more; `RevokedError` when only a yes was missing. */
  commit(events: readonly Event[], records?: readonly TranscriptRecord[]): Promise<void>;
  /**
   * For what has happened already: sent at once and not waited for, so that the model can be asked meanwhile. What goes through
   * the record next comes behind it, and throws what `commit` would have thrown.
   */
  post(events: readonly Event[], records: readonly TranscriptRecord[]): Promise<void>;
  /** Goes with the next commit, in front of it: for what a commit is about to follow, and what may be lost with a crash in between. */
  hold(events: readonly Event[], records: readonly TranscriptRecord[]): Promise<void>;
  /** Between two calls: learns what others did to the task meanwhile. Throws `OverError` when it is to be paused here. */
  look(): Promise<void>;
};

/** An acknowledgement this young is as good as a look: what came since is heard with the next commit. */
const FRESH_MS = 10;
/** Nothing that the next request must know comes about by itself in so little time. */
const RECENT_MS = 250;

export type RunnerRecord = TaskRecord & {
  acknowledged(request: number, outcome: Acknowledgement): void;
  /** Others have changed the task: what is known of it is old. */
  changed(): void;
};

export function createRunnerRecord(
  begun: { task: Task; transcript: readonly TranscriptRecord[]; day?: DaySpending | null },
  send: (message: FromRunner) => void,
): RunnerRecord {
  let { task } = begun;
  let { day = null } = begun;
  const transcript = [...begun.transcript];
  const pending = new Map<number, Deferred<Acknowledgement>>();
  let held: { events: Event[]; records: TranscriptRecord[] } | null = null;
  let requests = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  /** Changes by others that were heard of, and those that were made when the last word from the record was asked for. */
  let changes = 0;
  let known = 0;
  let posted: Promise<void> | null = null;
  const settled = async (): Promise<void> => {
    const before = posted;
    posted = null;
    await before;
  };
  const isWithin = (ms: number): boolean => changes === known && !task.pauseRequested && performance.now() - heardAt <= ms;
  const happened = (events: readonly Event[], records: readonly TranscriptRecord[]): void => {
    task = events.reduce((next, event) => apply(next, event) ?? next, task);
    transcript.push(...records);
  };
  const ask = async (message: (request: number) => FromRunner): Promise<void> => {
    const request = ++requests;
    const acknowledgement = deferred<Acknowledgement>();
    pending.set(request, acknowledgement);
    const before = changes;
    send(message(request));
    const outcome = await acknowledgement.promise;
    if (outcome.kind === 'revoked') throw new RevokedError('The yes was taken back.');
    if (outcome.kind !== 'committed') throw new OverError(`The change was ${outcome.kind}.`);
    task = outcome.task;
    heardAt = performance.now();
    known = before;
    day = outcome.day ?? day;
  };
  const write = (events: readonly Event[], records: readonly TranscriptRecord[]): Promise<void> => {
    const before = held === null ? {} : { held };
    held = null;
    return ask((request) => ({ type: 'commit', request, ...before, events: [...events], records: [...records] }));
  };
  return {
    task: () => task,
    day: () => day,
    transcript: () => transcript,
    async commit(events, records = []) {
      if (posted !== null) await settled();
      await write(events, records);
      transcript.push(...records);
    },
    async post(events, records) {
      if (posted !== null) await settled();
      posted = write(events, records);
      // Whoever comes behind it hears of it.
      posted.catch(() => {});
      happened(events, records);
    },
    async hold(events, records) {
      if (posted !== null) await settled();
      held = { events: [...(held?.events ?? []), ...events], records: [...(held?.records ?? []), ...records] };
      happened(events, records);
    },
    async look() {
      // The commit that is about to come looks as well, and so does the one that is under way.
      if (held !== null || (posted !== null && isWithin(RECENT_MS))) return;
      if (posted !== null) await settled();
      if (!isWithin(FRESH_MS)) await ask((request) => ({ type: 'look', request }));
    },
    acknowledged(request, outcome) {
      pending.get(request)?.resolve(outcome);
      pending.delete(request);
    },
    changed() {
      changes++;
    },
  };
}

/** The same record, for an attempt to which the project is the folder it works in. */
export const placedIn = (record: TaskRecord, folder: string): TaskRecord => ({
  ...record,
  task: () => ({ ...record.task(), project: folder }),
});
