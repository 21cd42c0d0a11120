// What the holder of a claim writes when it is over, once nothing of the task runs here any more.
import type { Cancelled, Channel, Event, PauseReason, Task } from '@tars/core';
import type { OwnerRecord } from './owner-record.js';

/**
 * Why a claim is over. `drained`, `paused`, `unheard` (a message came when all but the end was written) and `ends` have
 * something left to say; a `crashed` one is let go of and counts as a crash.
 */
export type End =
  | { kind: 'settled' | 'fenced' | 'crashed' | 'drained' | 'unheard' }
  | { kind: 'paused'; channel: Channel; reason?: PauseReason | undefined }
  | { kind: 'ends'; event: (left: Cancelled) => Event };

export const cancelled = (channel: Channel): Extract<End, { kind: 'ends' }> => ({
  kind: 'ends',
  event: (left) => ({ type: 'task.cancelled', at: Date.now(), channel, ...left }),
});

/** Whether what the runner did last is looked at for it: one that ended by itself has done so, and what is another's is left alone. */
export const looksBack = ({ kind }: End): boolean => kind === 'ends' || kind === 'paused' || kind === 'drained';

/** Whether it is let go of in good order, for whichever worker comes. */
export const goesOn = ({ kind }: End): boolean => kind === 'paused' || kind === 'drained' || kind === 'unheard';

/** True when the task has ended, not just this claim. `left`: what it took to stop it, and what of it stays; `before`: what is said with its end. */
export async function sayLast(
  record: OwnerRecord,
  task: Pick<Task, 'attempt'>,
  reason: End,
  left: Cancelled,
  before: readonly Event[] = [],
): Promise<boolean> {
  const release = async (why: string): Promise<false> => {
    await record.commit([{ type: 'task.released', at: Date.now(), reason: why }], { release: true });
    return false;
  };
  switch (reason.kind) {
    case 'settled':
      return true;
    case 'fenced':
      return false;
    case 'ends':
      return (await record.commit([...before, reason.event(left)])).kind === 'committed';
    case 'paused': {
      const at = Date.now();
      const why = reason.reason === undefined ? {} : { reason: reason.reason };
      const paused = { type: 'task.paused', at, channel: reason.channel, attempt: task.attempt, ...why } as const;
      const done = await record.commit([paused, { type: 'task.released', at, reason: 'pause' }], { release: true });
      if (done.kind !== 'refused') return false;
      // Meanwhile it was cancelled, or is to go on after all.
      return done.task.cancelRequested ? sayLast(record, task, cancelled('worker'), left) : release('resume');
    }
    case 'unheard':
      return release('message');
    case 'drained':
      return release('drain');
    case 'crashed':
      await record.commit([], { release: true });
      return false;
  }
}
