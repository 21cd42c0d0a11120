// What the outside calls an event: the message's type and the fields that only this type has.
import { type ConfirmationRequest, type EventOf, type Question, viewDelivery } from '@tars/core';
import type { Delivery } from '../channel.js';
import { after } from '../past.js';

export type Kind = { type: string; fields: Record<string, unknown> };

const iso = (at: number): string => new Date(at).toISOString();
const dollars = (micros: number | null): number | null => (micros === null ? null : micros / 1_000_000);

const awaited = ({ id, command, reason, effect, changed, expiresAt }: ConfirmationRequest) => ({
  command,
  reason,
  ...(effect === undefined ? {} : { effect }),
  ...(changed === undefined ? {} : { changed }),
  awaiting_confirmation: true,
  confirmation_id: id,
  expires_at: iso(expiresAt),
});

const asked = ({ id, options, default: decided, expiresAt }: Question) => ({
  ...(options.length === 0 ? {} : { options }),
  ...(decided === undefined ? {} : { default: decided }),
  question_id: id,
  expires_at: expiresAt === null ? null : iso(expiresAt),
});

/** Null for what nobody outside is told. */
export function kindOf({ logged: { event }, task, past }: Delivery): Kind | null {
  const { phase } = after(past, event);
  const progress = (fields: Record<string, unknown> = {}): Kind => ({ type: 'progress', fields: { phase, ...fields } });
  switch (event.type) {
    case 'task.queued':
      return { type: 'task_started', fields: { goal: event.goal, project: event.project } };
    case 'phase.entered':
      // The end itself tells of the last three phases.
      return isLast(event) ? null : { type: 'phase_complete', fields: { phase } };
    case 'plan.updated':
    case 'edit.intended':
    case 'edit.made':
    case 'tests.passed':
      return progress();
    case 'command.intended':
      return progress({ command: event.command, reason: event.reason });
    case 'command.finished':
      return progress({ command: event.command });
    case 'claim.refuted':
      return progress({ reason: event.proof.sentence });
    case 'confirmation.requested':
      return { type: 'confirmation_request', fields: awaited(event.confirmation) };
    case 'confirmation.reminded':
      return past.confirmation && { type: 'confirmation_reminder', fields: awaited(past.confirmation) };
    case 'confirmation.answered':
      return { type: 'confirmation_result', fields: { outcome: event.outcome, command: event.command } };
    case 'question.asked':
      return { type: 'question', fields: asked(event.question) };
    case 'question.reminded':
      return past.question && { type: 'question_reminder', fields: asked(past.question) };
    case 'question.answered':
      return { type: 'notice', fields: { reason: event.text === null ? 'question_expired' : 'question_answered' } };
    case 'verbosity.changed':
      return { type: 'notice', fields: { reason: 'updates_changed' } };
    case 'notice.given':
      return { type: 'notice', fields: { reason: event.notice } };
    case 'repository.cloned':
      return { type: 'notice', fields: { reason: 'cloned' } };
    case 'result.delivered':
      // Where nothing was changed there is nothing to tell.
      return event.bundle.kind === 'none'
        ? null
        : { type: 'notice', fields: { reason: 'result_delivered', delivery: viewDelivery(event) } };
    case 'message.seen':
      return { type: 'notice', fields: { reason: 'message_seen' } };
    case 'task.paused':
      return { type: 'notice', fields: { reason: 'paused', ...(event.reason === undefined ? {} : { pause_reason: event.reason }) } };
    case 'task.resumed':
      return { type: 'notice', fields: { reason: 'resumed' } };
    case 'task.retried':
      return { type: 'notice', fields: { reason: 'retried' } };
    case 'task.undone':
      return { type: 'notice', fields: { reason: 'undone' } };
    case 'undo.refused':
      return { type: 'notice', fields: { reason: 'undo_refused' } };
    case 'task.finished':
      return {
        type: 'task_complete',
        fields: {
          phase,
          proof: event.proof,
          files_changed: event.filesChanged,
          branch: event.branch,
          suggested_commit_message: event.suggestedCommitMessage,
          cost_usd: dollars(task.costMicros),
        },
      };
    case 'task.failed':
      return { type: 'error', fields: { phase, reason: event.reason } };
    case 'task.timed_out':
      return { type: 'error', fields: { phase, reason: 'time_limit' } };
    case 'task.cancelled':
      return { type: 'task_cancelled', fields: {} };
    case 'task.claimed':
    case 'attempt.started':
    case 'task.released':
    case 'turn.replied':
    case 'limit.neared':
    case 'confirmation.tried':
    case 'message.told':
    case 'pause.requested':
    case 'cancel.requested':
    case 'undo.requested':
      return null;
  }
}

const isLast = ({ phase }: EventOf<'phase.entered'>): boolean => phase === 'complete' || phase === 'error' || phase === 'timeout';
