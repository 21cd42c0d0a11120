// The task a user means, or the answer that says why none can be told.
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';
import { type FunctionAnswer, refused, whichTask } from './answer.js';
import { findTask } from './find-task.js';

/** Where nothing was said the only task that `fits` is meant; `none` is the sentence when there is no such task. */
export async function meantTask(
  store: TaskStore,
  said: string | undefined,
  { fits, none }: { fits: (task: Task) => boolean; none: string },
): Promise<Task | FunctionAnswer> {
  if (said !== undefined && said.trim() !== '') {
    const found = await findTask(store, said);
    if (found.kind === 'one') return found.task;
    return found.kind === 'none' ? refused('unknown_task', 'Task not found, sir.') : whichTask(found.ids);
  }
  const candidates = (await store.unsettled()).filter(fits);
  const [only, second] = candidates;
  if (only === undefined) return refused('nothing_running', none);
  return second === undefined ? only : whichTask(candidates.map(({ id }) => id));
}

export const isAnswer = (meant: Task | FunctionAnswer): meant is FunctionAnswer => 'ok' in meant;
