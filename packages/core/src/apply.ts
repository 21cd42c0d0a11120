// The one way a task changes: a pure step from task and fact to the new task, or null when the fact no longer applies.
import { messageSeen, messageTold, paused, pauseRequested, resumed, retried, UNTOUCHED } from './apply-wishes.js';
import { describe } from './describe.js';
import type { Event, EventOf, EventType } from './event.js';
import { MAX_CRASHES } from './limits.js';
import type { Phase } from './phase.js';
import { isSettled, mayBecome, type State } from './state.js';
import { percentOf, type Task } from './task.js';
import { isUndoing, type Undo } from './undo.js';

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
    isolate: event.isolate === true,
    repository: event.repository === undefined ? null : { ...event.repository, commit: null },
    traceparent: event.traceparent ?? null,
    state: 'queued',
    phase: 'started',
    progress: UNTOUCHED,
    plan: [],
    percentReached: 0,
    attempt: 0,
    crashes: 0,
    turns: 0,
    workedMs: 0,
    outageMs: 0,
    outageTold: false,
    limitNear: false,
    costMicros: 0,
    costRaisedMicros: 0,
    model: null,
    sandbox: null,
    worker: null,
    host: null,
    confirmation: null,
    question: null,
    asks: 0,
    grant: null,
    cancelRequested: false,
    pauseRequested: false,
    pausedAt: null,
    pauseReason: null,
    messages: [],
    refutations: 0,
    proof: null,
    summary: null,
    filesChanged: [],
    branch: event.isolate ? isolatedBranch(id) : null,
    suggestedCommitMessage: null,
    cancelled: null,
    delivery: null,
    failure: null,
    undo: null,
    createdAt: event.at,
    startedAt: null,
    endedAt: null,
    updatedAt: event.at,
  };
}

/** The task after `event`; null when a settled task, a spent grant, a cancel or another answer came first. */
export function apply(task: Task, event: Event): Task | null {
  if (isSettled(task.state) && !AFTER_THE_END.has(event.type)) return null;
  const changed = change(task, event);
  if (changed === null) return null;
  const told = NO_PROGRESS.has(event.type) ? undefined : describe(task.id, event)?.split('\n', 1)[0];
  return {
    ...changed,
    progress: told ?? changed.progress,
    workedMs: Math.max(changed.workedMs, event.workedMs ?? 0),
    outageMs: Math.max(changed.outageMs, event.outageMs ?? 0),
    updatedAt: event.at,
  };
}

/** What a task takes once it has ended: a new beginning, what is said of its files, and how they were handed over. */
const AFTER_THE_END: ReadonlySet<EventType> = new Set<EventType>([
  'task.retried',
  'undo.requested',
  'task.undone',
  'undo.refused',
  'result.delivered',
]);

/** What is said to the task, or of how it is told of, is no progress of it; one that goes back to the queue waits like a new one. */
const NO_PROGRESS: ReadonlySet<EventType> = new Set<EventType>([
  'verbosity.changed',
  'message.told',
  'message.seen',
  'task.resumed',
  'task.retried',
  'undo.requested',
  'task.undone',
  'undo.refused',
  'result.delivered',
]);

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
    case 'repository.cloned':
      // Later clones begin where the first one did.
      return task.repository === null
        ? null
        : { ...task, repository: { ...task.repository, commit: task.repository.commit ?? event.commit } };
    case 'result.delivered':
      return delivered(task, event);
    case 'phase.entered':
      return { ...task, phase: event.phase };
    case 'plan.updated':
      return { ...task, plan: event.steps, percentReached: Math.max(task.percentReached, percentOf(event.steps)) };
    case 'turn.replied':
      return {
        ...task,
        turns: event.turn,
        costMicros: task.costMicros === null || event.costMicros === null ? null : task.costMicros + event.costMicros,
      };
    case 'command.intended':
    case 'edit.intended':
      return intended(task, event);
    case 'edit.made':
    case 'command.finished':
    case 'tests.passed':
      return task;
    case 'notice.given':
      return noticeGiven(task, event);
    case 'verbosity.changed':
      return task.verbose === event.verbose ? null : { ...task, verbose: event.verbose };
    case 'confirmation.requested':
      return task.state === 'started' && mayBegin(task)
        ? { ...task, confirmation: event.confirmation, asks: task.asks + 1, grant: null }
        : null;
    case 'confirmation.reminded':
      return task.confirmation?.id === event.confirmationId && task.confirmation.remindedAt === undefined
        ? { ...task, confirmation: { ...task.confirmation, remindedAt: event.at } }
        : null;
    case 'confirmation.tried':
      return task.confirmation?.id === event.confirmationId ? task : null;
    case 'confirmation.answered':
      return confirmationAnswered(task, event);
    case 'question.asked':
      return task.state === 'started' && mayBegin(task) ? { ...task, question: event.question } : null;
    case 'question.reminded':
      return task.question?.id === event.questionId && task.question.remindedAt === undefined
        ? { ...task, question: { ...task.question, remindedAt: event.at } }
        : null;
    case 'question.answered':
      return task.question?.id === event.questionId ? { ...task, question: null } : null;
    case 'claim.refuted':
      return { ...task, refutations: task.refutations + 1, proof: event.proof };
    case 'limit.neared':
      return task.limitNear ? null : { ...task, limitNear: true };
    case 'message.told':
      return messageTold(task, event);
    case 'message.seen':
      return messageSeen(task, event);
    case 'pause.requested':
      return pauseRequested(task, event);
    case 'task.paused':
      return paused(task, event);
    case 'task.resumed':
      return resumed(task, event);
    case 'task.retried':
      return retried(task, event);
    case 'cancel.requested':
      return task.state === 'started' && !task.cancelRequested ? { ...task, cancelRequested: true } : null;
    case 'undo.requested':
      return undoRequested(task, event);
    case 'task.undone': {
      const { written, removed, left } = event;
      return undoAnswered(task, event.requestId, { kind: 'done', written, removed, left });
    }
    case 'undo.refused':
      return undoAnswered(task, event.requestId, { kind: 'refused', reason: event.reason, paths: event.paths });
    case 'task.finished': {
      const { proof, summary, filesChanged, branch, suggestedCommitMessage } = event;
      // Whoever said something must have been heard before it can be called done.
      if (task.messages.length > 0) return null;
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
    case 'task.cancelled': {
      const end = settled(task, 'cancelled', task.phase, event.at);
      return end && { ...end, cancelled: { stopped: event.stopped, kept: event.kept } };
    }
  }
}

function noticeGiven(task: Task, { notice }: EventOf<'notice.given'>): Task | null {
  switch (notice) {
    case 'queued_behind':
      // Several workers may find a task that must wait; the owner hears of it once.
      return task.progress === UNTOUCHED ? task : null;
    case 'model_unavailable':
      return { ...task, outageTold: true };
    case 'model_back':
      return { ...task, outageTold: false };
    default:
      return task;
  }
}

/** False while a human is asked for something or has asked for a stop: nothing that changes the world may start meanwhile. */
const mayBegin = ({ confirmation, question, cancelRequested, pauseRequested }: Task): boolean =>
  confirmation === null && question === null && !cancelRequested && !pauseRequested;

function claimed(task: Task, event: EventOf<'task.claimed'>): Task | null {
  const crashes = task.crashes + (event.afterCrash ? 1 : 0);
  if (event.attempt !== task.attempt + 1 || crashes >= MAX_CRASHES || isUndoing(task.undo, event.at)) return null;
  if (task.state !== 'started' && !mayBecome(task.state, 'started')) return null;
  const { attempt, worker } = event;
  return { ...task, state: 'started', attempt, crashes, worker, host: worker.host, startedAt: task.startedAt ?? event.at };
}

/** The first answer holds, except that a no takes back a yes which no command has consumed yet. */
function confirmationAnswered(task: Task, { confirmationId, outcome, grant }: EventOf<'confirmation.answered'>): Task | null {
  if (task.confirmation?.id === confirmationId) return { ...task, confirmation: null, grant };
  return outcome === 'denied' && task.grant?.confirmationId === confirmationId ? { ...task, grant: null } : null;
}

/** Consuming a grant *is* this event: the same yes cannot be spent twice, because the first spending removes it. */
function intended(task: Task, event: EventOf<'command.intended' | 'edit.intended'>): Task | null {
  if (!mayBegin(task)) return null;
  const confirmationId = event.confirmationId ?? null;
  if (confirmationId === null) return task;
  const matches = task.grant?.confirmationId === confirmationId && task.grant.callId === event.callId;
  return matches ? { ...task, grant: null } : null;
}

function settled(task: Task, state: State, phase: Phase, at: number): Task | null {
  if (!mayBecome(task.state, state)) return null;
  const waitedFor = { confirmation: null, question: null, grant: null, pauseRequested: false, pausedAt: null, pauseReason: null };
  return { ...task, ...waitedFor, state, phase, worker: null, endedAt: at };
}

/** Once an end: two who find it undelivered may both have set about it. */
function delivered(task: Task, { finished, branch, commit, commits, bundle, push }: EventOf<'result.delivered'>): Task | null {
  if (task.repository === null || task.delivery !== null) return null;
  return { ...task, delivery: { finished, branch, commit, commits, bundle, push } };
}

/** The branch of a task that works in a worktree of its own. */
export const isolatedBranch = (id: string): string => `tars/${id}`;

/** Only while nothing of the task runs, and one wish at a time. */
function undoRequested(task: Task, { requestId, to, force, at }: EventOf<'undo.requested'>): Task | null {
  const rests = isSettled(task.state) || task.state === 'paused';
  return rests && !isUndoing(task.undo, at) ? { ...task, undo: { requestId, to, force, requestedAt: at, outcome: null } } : null;
}

function undoAnswered(task: Task, requestId: string, outcome: Undo['outcome']): Task | null {
  return task.undo?.requestId === requestId && task.undo.outcome === null ? { ...task, undo: { ...task.undo, outcome } } : null;
}
