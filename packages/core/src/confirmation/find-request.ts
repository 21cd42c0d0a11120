// Which open request an answer is for; or the answer that says why none can be told.
import { parseTaskId } from '../parse-task-id.js';
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';
import type { ConfirmationOutcome, ConfirmationRequest } from './request.js';
import type { Submitted } from './submitted.js';

/** A task as people name it, the request's own id, or neither when only one waits. */
export type Target = { taskId?: string | undefined; confirmationId?: string | undefined };

export type FoundRequest = { task: Task; request: ConfirmationRequest };

/** All that a task's log ever holds. */
const MAX_EVENTS = 5_000;

export async function findRequest(store: TaskStore, target: Target, nowMs: number): Promise<FoundRequest | Submitted> {
  const { taskId, confirmationId } = target;
  if (taskId !== undefined) {
    const task = await named(store, taskId);
    return 'outcome' in task ? task : asked(store, task, confirmationId, nowMs);
  }
  const waiting = (await store.waiting()).filter((task) => task.confirmation !== null);
  const meant = confirmationId === undefined ? waiting : waiting.filter((task) => task.confirmation?.id === confirmationId);
  const [only, second] = meant;
  if (only === undefined) return { outcome: confirmationId === undefined ? 'nothing_pending' : 'expired', taskId: '' };
  return second === undefined
    ? asked(store, only, confirmationId, nowMs)
    : { outcome: 'ambiguous_task', taskId: '', pending: meant.map((task) => task.id) };
}

/** The id itself is looked up at once; only what people make of it needs to know the other tasks. */
async function named(store: TaskStore, taskId: string): Promise<Task | Submitted> {
  const exact = await store.read(taskId.trim().toLowerCase().replace(/^#/, ''));
  if (exact !== null) return exact;
  const said = parseTaskId(taskId, await store.goals());
  if (said.kind === 'several') return { outcome: 'ambiguous_task', taskId: '', pending: said.ids };
  const task = said.kind === 'one' ? await store.read(said.id) : null;
  return task ?? { outcome: 'unknown_task', taskId: '' };
}

async function asked(store: TaskStore, task: Task, confirmationId: string | undefined, nowMs: number): Promise<FoundRequest | Submitted> {
  const request = task.confirmation;
  if (request !== null && (confirmationId === undefined || confirmationId === request.id)) {
    // While a task is paused its request's time stands still.
    return task.state !== 'paused' && request.expiresAt <= nowMs ? { outcome: 'expired', taskId: task.id } : { task, request };
  }
  const ended = await endOf(store, task.id, confirmationId);
  if (ended === 'locked') return { outcome: 'locked', taskId: task.id };
  if (ended === 'expired' && (confirmationId !== undefined || task.failure?.reason === 'confirmation_timeout')) {
    return { outcome: 'expired', taskId: task.id };
  }
  if (confirmationId !== undefined) {
    return ended === null ? { outcome: 'expired', taskId: task.id } : { outcome: 'nothing_pending', taskId: task.id, already: ended };
  }
  const pending = (await store.waiting()).flatMap((other) => (other.confirmation === null ? [] : [other.id]));
  return { outcome: 'nothing_pending', taskId: task.id, ...(pending.length === 0 ? {} : { pending }) };
}

/** How the request that is meant ended, or else the task's last one; null when none did. */
async function endOf(store: TaskStore, taskId: string, confirmationId: string | undefined): Promise<ConfirmationOutcome | null> {
  const last = (await store.events(taskId, 0, MAX_EVENTS)).findLast(
    ({ event }) => event.type === 'confirmation.answered' && (confirmationId === undefined || event.confirmationId === confirmationId),
  );
  return last?.event.type === 'confirmation.answered' ? last.event.outcome : null;
}
