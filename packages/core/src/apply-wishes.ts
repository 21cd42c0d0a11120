// What the owner's wishes make of a task on its way: told something, paused, resumed, tried again.
import { raisedBy } from './cost.js';
import type { EventOf } from './event.js';
import { MAX_UNREAD_MESSAGES } from './message.js';
import type { PauseReason } from './pause-reason.js';
import { isSettled, mayBecome } from './state.js';
import type { Task } from './task.js';

/** What a task says of itself while it waits for a worker. */
export const UNTOUCHED = 'Waiting for a worker';

/** The same words again before they were read are the same message: voice models call twice. */
export function messageTold(task: Task, { messageId, text, at }: EventOf<'message.told'>): Task | null {
  const { messages } = task;
  if (messages.length >= MAX_UNREAD_MESSAGES || messages.some((message) => message.text === text)) return null;
  return { ...task, messages: [...messages, { id: messageId, text, at }] };
}

export function messageSeen(task: Task, { messageIds }: EventOf<'message.seen'>): Task | null {
  const unread = task.messages.filter(({ id }) => !messageIds.includes(id));
  return unread.length === task.messages.length - messageIds.length ? { ...task, messages: unread } : null;
}

export function pauseRequested(task: Task, { reason = null }: { reason?: PauseReason | null | undefined }): Task | null {
  if (task.state !== 'queued' && task.state !== 'started') return null;
  return task.pauseRequested || task.cancelRequested ? null : { ...task, pauseRequested: true, pauseReason: reason };
}

/** Only as it was wished, and of the attempt it was meant for; a cancel comes before it. */
export function paused(task: Task, { attempt, at }: EventOf<'task.paused'>): Task | null {
  const isWished = task.pauseRequested && !task.cancelRequested && attempt === task.attempt;
  return isWished && mayBecome(task.state, 'paused') ? { ...task, state: 'paused', pauseRequested: false, pausedAt: at } : null;
}

/** Back to the queue; or, while its worker still finishes a step, the wish to pause is taken back. Time paused is nobody's silence. */
export function resumed(before: Task, event: EventOf<'task.resumed'>): Task | null {
  const task = allowedMore(before, event);
  if (task.state !== 'paused') return task.pauseRequested ? { ...task, pauseRequested: false } : null;
  const pausedMs = event.at - (task.pausedAt ?? event.at);
  return {
    ...task,
    state: 'queued',
    progress: UNTOUCHED,
    pausedAt: null,
    confirmation: task.confirmation && { ...task.confirmation, expiresAt: task.confirmation.expiresAt + pausedMs },
    question: task.question && { ...task.question, expiresAt: task.question.expiresAt && task.question.expiresAt + pausedMs },
  };
}

/** One that paused at its cap may cost more from now on: as much again where no amount was named. Nothing is asked about it any more. */
function allowedMore(task: Task, { raisedMicros = task.limits.costMicros }: EventOf<'task.resumed'>): Task {
  if (task.pauseReason === null) return task;
  const question = task.question?.about === 'cost' ? null : task.question;
  const raised = task.pauseReason === 'cost' ? { costRaisedMicros: raisedBy(task, raisedMicros) } : {};
  return { ...task, ...raised, question, pauseReason: null };
}

/** A new chain of attempts: what it uses up and how it ends is counted from nothing, its transcript and its attempts go on. */
export function retried(task: Task, { because, limits }: EventOf<'task.retried'>): Task | null {
  if (!isSettled(task.state) || (task.state === 'finished' && because === 'retry')) return null;
  return {
    ...task,
    state: 'queued',
    phase: 'started',
    progress: UNTOUCHED,
    limits,
    crashes: 0,
    turns: 0,
    workedMs: 0,
    outageMs: 0,
    outageTold: false,
    limitNear: false,
    costMicros: 0,
    costRaisedMicros: 0,
    asks: 0,
    cancelRequested: false,
    refutations: 0,
    percentReached: 0,
    proof: null,
    summary: null,
    filesChanged: [],
    branch: task.isolate ? task.branch : null,
    suggestedCommitMessage: null,
    cancelled: null,
    delivery: null,
    failure: null,
    endedAt: null,
  };
}
