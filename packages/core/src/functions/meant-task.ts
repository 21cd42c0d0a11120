// The task a user means, or the answer that says why none can be told.
import type { TaskStore } from '../redis/store.js';
import type { State } from '../state.js';
import type { Task } from '../task.js';
import { type FunctionAnswer, READ_IDS, refused, whichTask } from './answer.js';
import { findTask } from './find-task.js';

/** More than these nobody has at work at once. */
const MOST_STARTED = 1_000;

/** Where nothing was said the only task in one of these `states` is meant, or a started one of that kind; `none` is the sentence when there is no such task. */
export async function meantTask(
  store: TaskStore,
  said: string | undefined,
  { states, orStarted, none }: { states?: readonly State[]; orStarted?: (task: Task) => boolean; none: string },
): Promise<Task | FunctionAnswer> {
  if (said !== undefined && said.trim() !== '') {
    const found = await findTask(store, said);
    if (found.kind === 'one') return found.task;
    return found.kind === 'none' ? refused('unknown_task', 'Task not found, sir.') : whichTask(found.ids);
  }
  const { tasks, count } = await store.open({ limit: READ_IDS, ...(states === undefined ? {} : { states }) });
  const started = orStarted === undefined ? [] : (await store.open({ states: ['started'], limit: MOST_STARTED })).tasks.filter(orStarted);
  const candidates = [...tasks, ...started];
  const [only, second] = candidates;
  if (only === undefined) return refused('nothing_running', none);
  return second === undefined
    ? only
    : whichTask(
        candidates.map(({ id }) => id),
        count + started.length,
      );
}

export const isAnswer = (meant: Task | FunctionAnswer): meant is FunctionAnswer => 'ok' in meant;
