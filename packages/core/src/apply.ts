// The one way a task changes: a pure step from task and fact to the new task, or null when the fact no longer applies.
import { describe } from './describe.js';
import type { Event, EventOf } from './event.js';
import { MAX_CRASHES } from './limits.js';
import type { Phase } from './phase.js';
import { isSettled, mayBecome, type State } from './state.js';
import type { Task } from './task.js';

/** What a task says of itself before anything else has happened to it. */
const UNTOUCHED = 'Waiting for a worker';

/** The task as it is accepted. */
export function accept(id: string, event: EventOf<'task.queued'>): Task {
  return {
    id,
    goal: event.goal,
    project: event.project,
    sessionId: event.sessionId,
    owner: event.owner,
    pool: event.pool,
    verbose: event.verbose,
    limits: event.limits,
    state: 'queued',
    phase: 'started',
    progress: UNTOUCHED,
    plan: [],
    attempt: 0,
    crashes: 0,
    turns: 0,
    workedMs: 0,
    costMicros: 0,
    model: null,
    sandbox: null,
    worker: null,
    confirmation: null,
    question: null,
    grant: null,
    cancelRequested: false,
    refutations: 0,
    proof: null,
    summary: null,
    filesChanged: [],
    branch: null,
    suggestedCommitMessage: null,
    failure: null,
    createdAt: event.at,
    startedAt: null,
    endedAt: null,
    updatedAt: event.at,
  };
}

/** The task after `event`; null when a settled task, a spent grant, a cancel or another answer came first. */
export function apply(task: Task, event: Event): Task | null {
  if (isSettled(task.state)) return null;
  const changed = change(task, event);
  if (changed === null) return null;
  // How much the owner is told is no progress of the task.
  const told = event.type === 'verbosity.changed' ? undefined : describe(task.id, event)?.split('\n', 1)[0];
  return {
    ...changed,
    progress: told ?? changed.progress,
    workedMs: Math.max(task.workedMs, event.workedMs ?? 0),
    updatedAt: event.at,
  };
}

function change(task: Task, event: Event): Task | null {
  switch (event.type) {
    case 'task.queued':
      return null;
    case 'task.claimed':
      return claimed(task, event);
    case 'attempt.started':
      return task.worker === null
        ? null
        : { ...task, model: event.model, sandbox: event.sandbox, worker: { ...task.worker, tree: event.tree } };
    case 'task.released':
      return { ...task, worker: null };
    case 'phase.entered':
      return { ...task, phase: event.phase };
    case 'plan.updated':
      return { ...task, plan: event.steps };
    case 'turn.replied':
      return {
        ...task,
        turns: event.turn,
        costMicros: task.costMicros === null || event.costMicros === null ? null : task.costMicros + event.costMicros,
      };
    case 'command.intended':
      return commandIntended(task, event);
    case 'edit.intended':
      return task.cancelRequested || waits(task) ? null : task;
    case 'edit.made':
    case 'command.finished':
    case 'tests.passed':
      return task;
    case 'notice.given':
      // Several workers may find a task that must wait; the owner hears of it once.
      return event.notice === 'queued_behind' && task.progress !== UNTOUCHED ? null : task;
    case 'verbosity.changed':
      return task.verbose === event.verbose ? null : { ...task, verbose: event.verbose };
    case 'confirmation.requested':
      return task.state !== 'started' || task.cancelRequested || waits(task)
        ? null
        : { ...task, confirmation: event.confirmation, grant: null };
    case 'confirmation.reminded':
    case 'confirmation.tried':
      return task.confirmation?.id === event.confirmationId ? task : null;
    case 'confirmation.answered':
      return task.confirmation?.id === event.confirmationId ? { ...task, confirmation: null, grant: event.grant } : null;
    case 'question.asked':
      return task.state !== 'started' || task.cancelRequested || waits(task) ? null : { ...task, question: event.question };
    case 'question.answered':
      return task.question?.id === event.questionId ? { ...task, question: null } : null;
    case 'claim.refuted':
      return { ...task, refutations: task.refutations + 1, proof: event.proof };
    case 'cancel.requested':
      return task.state === 'started' && !task.cancelRequested ? { ...task, cancelRequested: true } : null;
    case 'task.finished': {
      const { proof, summary, filesChanged, branch, suggestedCommitMessage } = event;
      const end = settled(task, 'finished', 'complete', event.at);
      return end && { ...end, proof, summary, filesChanged, branch, suggestedCommitMessage };
    }
    case 'task.failed': {
      const end = settled(task, 'failed', 'error', event.at);
      return end && { ...end, failure: { reason: event.reason, message: event.message } };
    }
    case 'task.timed_out': {
      const end = settled(task, 'timeout', 'timeout', event.at);
      return end && { ...end, failure: { reason: 'time_limit', message: `Time limit reached (${event.minutes} min)` } };
    }
    case 'task.cancelled':
      return settled(task, 'cancelled', task.phase, event.at);
  }
}

/** True while a human is asked for something: nothing that changes the world may start meanwhile. */
const waits = (task: Task): boolean => task.confirmation !== null || task.question !== null;

function claimed(task: Task, event: EventOf<'task.claimed'>): Task | null {
  const crashes = task.crashes + (event.afterCrash ? 1 : 0);
  if (event.attempt !== task.attempt + 1 || crashes >= MAX_CRASHES) return null;
  if (task.state !== 'started' && !mayBecome(task.state, 'started')) return null;
  return { ...task, state: 'started', attempt: event.attempt, crashes, worker: event.worker, startedAt: task.startedAt ?? event.at };
}

/** Consuming a grant *is* this event: the same yes cannot be spent twice, because the first spending removes it. */
function commandIntended(task: Task, event: EventOf<'command.intended'>): Task | null {
  if (task.cancelRequested || waits(task)) return null;
  if (event.confirmationId === null) return task;
  const matches = task.grant?.confirmationId === event.confirmationId && task.grant.callId === event.callId;
  return matches ? { ...task, grant: null } : null;
}

function settled(task: Task, state: State, phase: Phase, at: number): Task | null {
  if (!mayBecome(task.state, state)) return null;
  return { ...task, state, phase, worker: null, confirmation: null, question: null, grant: null, endedAt: at };
}
