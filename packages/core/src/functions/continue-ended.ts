// An ended task goes on: a new chain of attempts with fresh limits, on the same transcript.
import type { Event } from '../event.js';
import type { Committed } from '../redis/store.js';
import type { Task } from '../task.js';
import { openCallIds, type TranscriptRecord } from '../transcript.js';
import type { CallContext, FunctionDeps, FunctionSettings } from './deps.js';

/** A message comes before everything else, so no call of the time before is carried out any more. */
const LEFT_UNDONE = 'The task ended before this call had an outcome. If it was begun, its effect is unknown: look before you repeat it.';

/** `message`: what the owner says to it; without one it is tried again from where it stood. Refused when it has not ended after all. */
export async function continueEnded(
  { store, settings, clock }: Pick<FunctionDeps, 'store' | 'clock'> & { settings: Pick<FunctionSettings, 'limits'> },
  task: Task,
  by: CallContext,
  message: { messageId: string; text: string } | null = null,
): Promise<Committed> {
  const at = clock();
  const { channel } = by;
  const because = message === null ? 'retry' : 'message';
  const events: Event[] = [
    { type: 'task.retried', at, because, limits: settings.limits, channel },
    ...(message === null ? [] : [{ type: 'message.told', at, ...message, channel } as const]),
  ];
  const transcript = await store.transcript(task.id);
  return store.commit(task.id, { as: { role: 'outsider' }, events, records: notesOn(task, transcript, because), by });
}

/** Nothing where nothing was said yet: then the goal comes first. */
function notesOn(task: Task, transcript: readonly TranscriptRecord[], because: 'retry' | 'message'): TranscriptRecord[] {
  if (transcript.length === 0) return [];
  const { state, failure, summary, turns: turn } = task;
  const ended = `This task had ended (${state}${failure === null ? '' : `: ${failure.message}`}).`;
  const done = summary === null || summary.trim() === '' ? '' : `\nWhat was done before: ${summary}`;
  if (because === 'retry') {
    return [{ kind: 'note', turn, text: `${ended} The owner wants it tried again, with fresh limits. Go on from where it stood.${done}` }];
  }
  const undone = openCallIds(transcript).map((callId) => ({ kind: 'result', turn, callId, text: LEFT_UNDONE, isError: true }) as const);
  return [...undone, { kind: 'note', turn, text: `${ended} It goes on with what the owner says now, with fresh limits.${done}` }];
}
