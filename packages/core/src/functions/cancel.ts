// cancel_coding_task: "cancelled" is said only once nothing of the task runs any more.
import { deferred } from '../deferred.js';
import { spellTaskId } from '../ids.js';
import { RECHECK_MS } from '../redis/news.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused, whichTask } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { findTask } from './find-task.js';

/** How long the caller waits for the worker to have killed and verified. */
const VERIFY_MS = 2_000;

export async function cancel(deps: FunctionDeps, args: { task_id?: string | undefined }, context: CallContext): Promise<FunctionAnswer> {
  const { store } = deps;
  const meant = await which(deps, args.task_id);
  if ('ok' in meant) return meant;
  if (isSettled(meant.state)) {
    const text = `Task ${meant.id} has already ended (${meant.state}), sir.`;
    return refused('already_ended', text, { say: 'That task has already ended, sir.' });
  }
  const ended = await settle(deps, meant, context);
  if (ended === null || !isSettled(ended.state)) {
    const text = `Task ${meant.id} is being cancelled, sir; its worker has not yet confirmed that everything is stopped.`;
    return { ...done('cancelling', text, 'I am cancelling it, sir.', ended ?? meant), retryable: true };
  }
  if (ended.state !== 'cancelled') {
    const text = `Task ${ended.id} ended (${ended.state}) before it could be cancelled, sir.`;
    return refused('already_ended', text, { say: 'That task has just ended, sir.' });
  }
  const text = `Task ${ended.id} cancelled, sir.`;
  return done('cancelled', text, `Task ${spellTaskId(ended.id)} cancelled, sir.`, (await store.read(ended.id)) ?? ended);
}

async function which(deps: FunctionDeps, said: string | undefined): Promise<Task | FunctionAnswer> {
  if (said !== undefined && said.trim() !== '') {
    const found = await findTask(deps.store, said);
    if (found.kind === 'one') return found.task;
    return found.kind === 'none' ? refused('unknown_task', 'Task not found, sir.') : whichTask(found.ids);
  }
  const running = await deps.store.unsettled();
  const [only, second] = running;
  if (only === undefined) return refused('nothing_running', 'No background tasks running, sir.');
  return second === undefined ? only : whichTask(running.map(({ id }) => id));
}

/** A task nobody holds is ended here; one that is held is ended by its worker, which alone can verify that nothing runs. */
async function settle(deps: FunctionDeps, task: Task, by: CallContext): Promise<Task | null> {
  const { store, clock } = deps;
  const { channel } = by;
  const endHere = async () => {
    const ended = await store.commit(task.id, {
      as: { role: 'outsider' },
      events: [{ type: 'task.cancelled', at: clock(), channel, stopped: 0 }],
      by,
    });
    return 'task' in ended ? ended.task : null;
  };
  if ((await store.unheld(task.pool)).includes(task.id) || task.state === 'paused') return endHere();
  const ended = waitUntilSettled(deps, task.id);
  await store.commit(task.id, { as: { role: 'outsider' }, events: [{ type: 'cancel.requested', at: clock(), channel }], by });
  return ended;
}

async function waitUntilSettled({ store, news }: FunctionDeps, id: string): Promise<Task | null> {
  const settled = deferred<void>();
  const look = () => {
    store.read(id).then((task) => (task === null || isSettled(task.state)) && settled.resolve(), settled.reject);
  };
  const stop = news.listen(({ taskId }) => taskId === id && look());
  // Hints may be lost; the last look is at the end of the wait.
  const timer = setTimeout(settled.resolve, Math.min(VERIFY_MS, RECHECK_MS));
  look();
  try {
    await settled.promise;
    return await store.read(id);
  } finally {
    clearTimeout(timer);
    stop();
  }
}
