// While the model's service is away: the task's clock stands, and the owner hears once that it began and once that it is over.
import type { Event } from '@tars/core';
import type { FromRunner } from '../protocol.js';
import type { TaskRecord } from './record.js';

/** Outages shorter than this many tries are nobody's business. */
const TOLD_AFTER_TRIES = 3;

export type Failure = { what: string; tries: number };

/** To be told of every failed try, and with null that the service answers again. What an earlier attempt told is not told anew. */
export function createOutage(
  record: Pick<TaskRecord, 'task' | 'commit'>,
  send: (message: FromRunner) => void,
): (failure: Failure | null) => void {
  let told = record.task().outageTold;
  const notice = (what: 'model_unavailable' | 'model_back', text: string): void => {
    told = what === 'model_unavailable';
    const event: Event = { type: 'notice.given', at: Date.now(), notice: what, text };
    // A task that is over meanwhile needs no notice.
    record.commit([event]).catch(() => {});
  };
  return (failure) => {
    send({ type: 'outage', stands: failure !== null });
    if (failure === null) {
      if (told) notice('model_back', 'Claude answers again; the task goes on.');
      return;
    }
    send({ type: 'log', level: 'warn', msg: 'the model does not answer', fields: failure });
    if (told || failure.tries < TOLD_AFTER_TRIES) return;
    notice('model_unavailable', `Claude does not answer (${failure.what}); trying on, and the task's clock stands still.`);
  };
}
