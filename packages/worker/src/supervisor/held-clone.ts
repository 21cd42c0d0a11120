// What the holder of a claim does for a task that works in a clone; for any other there is nothing to do.
import { type Event, type TranscriptRecord, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Committed } from '@tars/core/redis';
import type { Claimed } from './claim-task.js';
import { CannotCloneError, type ClonedWork } from './cloned-work.js';
import type { End } from './last-word.js';

type Begun = Pick<Claimed, 'task' | 'transcript'>;

export type HeldClone = {
  /** The task as its runner is to begin with it. Null when its claim is over before that. */
  open(claimed: Begun): Promise<Begun | null>;
  /** The delivery that goes with these events, where they end the task. */
  deliverAt(events: readonly Event[]): Promise<Event[]>;
  /** What cannot be done now is done by `leave`. */
  deliver(isFinished: boolean): Promise<Event[]>;
  /** Before another may claim it, who may be on another machine. */
  keep(withinMs: number): Promise<void>;
  /** What goes wrong here is done later, by whoever tends the clones that were left. */
  leave(): Promise<void>;
};

export function heldClone(options: {
  work: ClonedWork | null;
  /** Resolves with the end of the claim. */
  over: Promise<void>;
  write: (words: { events: Event[]; records: TranscriptRecord[] }) => Promise<Committed>;
  end: (reason: End) => void;
  logger: Logger;
}): HeldClone {
  const { work, over, write, end, logger } = options;
  const calledOff = new AbortController();
  void over.then(() => calledOff.abort());

  const deliver = async (isFinished: boolean): Promise<Event[]> => {
    try {
      const delivered = (await work?.deliver(isFinished)) ?? null;
      return delivered === null ? [] : [delivered];
    } catch (err) {
      logger.warn('the work could not be handed over yet', { err });
      return [];
    }
  };

  return {
    async open({ task, transcript }) {
      if (work === null) return { task, transcript };
      try {
        const { events, records } = await work.open(calledOff.signal);
        if (calledOff.signal.aborted) return null;
        if (events.length + records.length === 0) return { task, transcript };
        const written = await write({ events, records });
        if (written.kind === 'committed') return { task: written.task, transcript: [...transcript, ...records] };
        end({ kind: 'fenced' });
      } catch (error) {
        if (calledOff.signal.aborted) return null;
        logger.warn('the project could not be cloned', { err: error });
        end(error instanceof CannotCloneError ? failed(error) : { kind: 'crashed' });
      }
      return null;
    },
    async deliverAt(events) {
      const isFinished = events.some(({ type }) => type === 'task.finished');
      return isFinished || events.some(({ type }) => type === 'task.failed') ? deliver(isFinished) : [];
    },
    deliver,
    async keep(withinMs) {
      if (work === null) return;
      await within(withinMs, 'The clone', work.keep()).catch((err: unknown) => logger.warn('the work so far could not be kept', { err }));
    },
    async leave() {
      await work?.leave().catch((err: unknown) => logger.warn('the clone could not be left', { err }));
    },
  };
}

const failed = ({ code: reason, message }: CannotCloneError): End => ({
  kind: 'ends',
  event: () => ({ type: 'task.failed', at: Date.now(), reason, message }),
});
