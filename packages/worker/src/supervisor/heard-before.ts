// An answer that came while nobody held the task: the next attempt must hear it, or the owner would be asked twice.
import type { LoggedEvent } from '@tars/core';
import type { HeardBefore } from '../protocol.js';

/** The answer to the newest request in the log; null while that is open, and for a yes, which lives on as the task's grant. */
export function heardBefore(log: readonly LoggedEvent[]): HeardBefore | null {
  let askedBy: { id: string; callId: string } | null = null;
  let heard: HeardBefore | null = null;
  for (const { event } of log) {
    if (event.type === 'task.retried') {
      // What was not answered in time, or denied, may be asked anew by a new chain of attempts.
      askedBy = null;
      heard = null;
    } else if (event.type === 'confirmation.requested') {
      askedBy = event.confirmation;
      heard = null;
    } else if (event.type === 'question.asked') {
      askedBy = event.question;
      heard = null;
    } else if (event.type === 'confirmation.answered' && event.confirmationId === askedBy?.id && event.outcome !== 'approved') {
      const { confirmationId: id, outcome, grant, feedback } = event;
      heard = { callId: askedBy.callId, answer: { kind: 'confirmation', id, outcome, grant, feedback } };
    } else if (event.type === 'question.answered' && event.questionId === askedBy?.id) {
      heard = { callId: askedBy.callId, answer: { kind: 'question', id: event.questionId, text: event.text } };
    }
  }
  return heard;
}
