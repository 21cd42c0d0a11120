// The audit trail's vocabulary: who asked for what, of which task, and how it ended. No code and no answer's words are in it.
import * as v from 'valibot';
import { Channel, type Event } from './event.js';
import type { Task } from './task.js';

export const AuditEntry = v.object({
  operation: v.picklist(['start', 'pause', 'resume', 'retry', 'tell', 'cancel', 'confirm', 'deny', 'answer', 'updates', 'undo', 'end']),
  /** A machine word: `accepted`, `wrong_code`, `approved`, `finished`, … */
  outcome: v.string(),
  /** Null when none was meant or found. */
  taskId: v.nullable(v.string()),
  /** What let them in (`API_TOKEN`, `this machine`), a worker's id, or the task's owner where nothing had to be shown. */
  who: v.string(),
  /** The conversation it came from. */
  sessionId: v.nullable(v.string()),
  channel: Channel,
  /** The goal, the message, the command, the question or the reason. */
  about: v.nullable(v.string()),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;

/** `at`: Redis' own time of it, in milliseconds since 1970. */
export type AuditRecord = AuditEntry & { at: number };

/** Who stands behind a wish, as far as it is known. */
export type Caller = {
  sessionId?: string | undefined;
  /** The name, never the value, of what let them in. */
  credential?: string | undefined;
};

export type Actor = { who: string; sessionId: string | null };

/** In whose name `task` is changed: its worker's, a claiming worker's, or a caller's. */
export function actorOf(task: Task, role: 'owner' | 'claim' | 'outsider', by: Caller = {}): Actor {
  if (role === 'outsider') return { who: by.credential ?? task.owner, sessionId: by.sessionId ?? null };
  return { who: role === 'owner' ? (task.worker?.id ?? 'worker') : 'worker', sessionId: null };
}

/** What the trail keeps of an event that happens to `task`: of most of them nothing. */
export function auditOf(task: Task, event: Event, actor: Actor): AuditEntry[] {
  const entry = (operation: AuditEntry['operation'], outcome: string, channel: Channel, about: string | null): AuditEntry => ({
    operation,
    outcome,
    taskId: task.id,
    ...actor,
    channel,
    about,
  });
  switch (event.type) {
    case 'task.queued':
      return [entry('start', 'accepted', event.channel, event.goal)];
    case 'message.told':
      return [entry('tell', 'noted', event.channel, event.text)];
    case 'pause.requested':
      return [entry('pause', 'requested', event.channel, null)];
    case 'task.paused':
      return [entry('pause', 'paused', event.channel, null)];
    case 'task.resumed':
      return [entry('resume', 'resumed', event.channel, null)];
    case 'task.retried':
      return [entry('retry', event.because === 'retry' ? 'asked_for' : 'by_message', event.channel, null)];
    case 'undo.requested':
      return [entry('undo', 'requested', event.channel, event.to)];
    case 'task.undone':
      return [entry('undo', 'done', 'worker', null)];
    case 'undo.refused':
      return [entry('undo', event.reason, 'worker', null)];
    case 'cancel.requested':
      return [entry('cancel', 'requested', event.channel, null)];
    case 'confirmation.tried':
      return [entry('confirm', 'wrong_code', event.channel, task.confirmation?.command ?? null)];
    case 'confirmation.answered':
      return [entry(event.outcome === 'denied' ? 'deny' : 'confirm', event.outcome, event.channel, event.command)];
    case 'question.answered':
      return [entry('answer', event.text === null ? 'expired' : 'answered', event.channel, task.question?.text ?? null)];
    case 'verbosity.changed':
      return [entry('updates', event.verbose ? 'detailed' : 'minimal', event.channel, null)];
    case 'task.finished':
      return [entry('end', 'finished', 'worker', event.proof.verdict)];
    case 'task.failed':
      return [entry('end', 'failed', 'worker', event.reason)];
    case 'task.timed_out':
      return [entry('end', 'timeout', 'worker', null)];
    case 'task.cancelled': {
      // A task that nobody holds is ended by the wish itself.
      const wish = task.cancelRequested ? [] : [entry('cancel', 'requested', event.channel, null)];
      return [...wish, entry('end', 'cancelled', event.channel, null)];
    }
    default:
      return [];
  }
}

/** The record as JSON for every outer edge. */
export const viewAudit = ({ at, taskId, sessionId, ...rest }: AuditRecord) => ({
  at: new Date(at).toISOString(),
  task_id: taskId,
  session_id: sessionId,
  ...rest,
});
