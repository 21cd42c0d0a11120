// cancel_coding_task: "cancelled" is said only once nothing of the task runs any more.
import { cancelledText } from '../cancelled.js';
import { spellTaskId } from '../ids.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { isAnswer, meantTask } from './meant-task.js';
import { waitForTask } from './wait-for-task.js';

export async function cancel(deps: FunctionDeps, args: { task_id?: string | undefined }, context: CallContext): Promise<FunctionAnswer> {
  const { store } = deps;
  const meant = await meantTask(store, args.task_id, { none: 'No background tasks running, sir.' });
  if (isAnswer(meant)) return meant;
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
  const left = ended.cancelled === null ? null : cancelledText(ended.id, ended.cancelled);
  const text = [`Task ${ended.id} cancelled, sir.`, left].filter((line) => line !== null).join('\n');
  return done('cancelled', text, `Task ${spellTaskId(ended.id)} cancelled, sir.`, (await store.read(ended.id)) ?? ended);
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
  if (task.state === 'paused' || !(await store.isHeld(task.id))) return endHere();
  const ended = waitForTask(deps, task.id, ({ state }) => isSettled(state));
  await store.commit(task.id, { as: { role: 'outsider' }, events: [{ type: 'cancel.requested', at: clock(), channel }], by });
  return ended;
}
