// A task, its events and its transcript as JSON for every outer edge: HTTP, the command line, the functions' answers.
import { costCap } from './cost.js';
import { describe } from './describe.js';
import type { LoggedEvent } from './event.js';
import { viewDelivery } from './repository.js';
import { shown } from './shown.js';
import { percentDone, type Task } from './task.js';
import type { TranscriptRecord } from './transcript.js';

export type TaskView = ReturnType<typeof viewTask>;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** An event as JSON; `message` is what people read, null where it is of no interest to them. */
export const viewEvent = ({ taskId, seq, event }: LoggedEvent) => ({
  task_id: taskId,
  sequence: seq,
  type: event.type,
  message: describe(taskId, event),
  timestamp: new Date(event.at).toISOString(),
});

/** Times are ISO 8601 in UTC, costs dollars, work time seconds. */
export function viewTask(task: Task) {
  return {
    task_id: task.id,
    status: task.state,
    phase: task.phase,
    progress: task.progress,
    percent: percentDone(task),
    goal: task.goal,
    project: task.project,
    isolated: task.isolate,
    repository: task.repository,
    session_id: task.sessionId,
    owner: task.owner,
    pool: task.pool,
    awaiting_confirmation: task.confirmation !== null,
    confirmation_command: task.confirmation?.command ?? null,
    confirmation: task.confirmation && {
      confirmation_id: task.confirmation.id,
      command: task.confirmation.command,
      cwd: task.confirmation.cwd,
      reason: task.confirmation.reason,
      agent_says: task.confirmation.agentSays,
      access: task.confirmation.access,
      /** As a person may read it: on one line, everything unseen or disguised marked. */
      shown: shown(task.confirmation.command),
      effect: task.confirmation.effect ?? null,
      changed: task.confirmation.changed ?? null,
      bound: task.confirmation.bound ?? {},
      expires_at: iso(task.confirmation.expiresAt),
    },
    question: task.question && {
      question_id: task.question.id,
      text: task.question.text,
      options: task.question.options,
      default: task.question.default ?? null,
      about: task.question.about ?? null,
      expires_at: iso(task.question.expiresAt),
    },
    pause_requested: task.pauseRequested,
    pause_reason: task.pauseReason,
    unread_messages: task.messages.length,
    plan: task.plan,
    attempts: task.attempt,
    crashes: task.crashes,
    turns: task.turns,
    max_turns: task.limits.turns,
    worked_seconds: Math.round(task.workedMs / 100) / 10,
    cost_usd: task.costMicros === null ? null : task.costMicros / 1_000_000,
    max_cost_usd: costCap(task) / 1_000_000,
    model: task.model,
    sandbox: task.sandbox,
    proof: task.proof,
    summary: task.summary,
    files_changed: task.filesChanged,
    branch: task.branch,
    suggested_commit_message: task.suggestedCommitMessage,
    delivery: task.delivery && viewDelivery(task.delivery),
    failure: task.failure,
    undo: task.undo && {
      request_id: task.undo.requestId,
      to: task.undo.to,
      force: task.undo.force,
      requested_at: iso(task.undo.requestedAt),
      outcome: task.undo.outcome,
    },
    created_at: iso(task.createdAt),
    started_at: iso(task.startedAt),
    ended_at: iso(task.endedAt),
    updated_at: iso(task.updatedAt),
  };
}

/** A record of the transcript as JSON; what the model said is given as it came. */
export function viewRecord(record: TranscriptRecord) {
  switch (record.kind) {
    case 'reply': {
      const { stopReason: stop_reason, ...rest } = record;
      return { ...rest, stop_reason };
    }
    case 'intent': {
      const { callId: call_id, ...rest } = record;
      return { ...rest, call_id };
    }
    case 'result': {
      const { callId: call_id, isError: is_error, ...rest } = record;
      return { ...rest, call_id, is_error };
    }
    case 'note': {
      const { messageId: message_id, deadEnd: _, ...rest } = record;
      return message_id === undefined ? rest : { ...rest, message_id };
    }
    case 'cleared':
    case 'summary': {
      const { upTo: up_to, ...rest } = record;
      return { ...rest, up_to };
    }
  }
}
