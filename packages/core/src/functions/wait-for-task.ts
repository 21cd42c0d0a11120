// Waiting a moment for what only a worker can do, so that the caller hears what is so and not what was asked for.
import { deferred } from '../deferred.js';
import { RECHECK_MS } from '../redis/news.js';
import type { Task } from '../task.js';
import type { FunctionDeps } from './deps.js';

/** The task once it is as `wanted` (or gone), at the latest after two seconds; begins to listen at once. */
export async function waitForTask(
  { store, news }: Pick<FunctionDeps, 'store' | 'news'>,
  id: string,
  wanted: (task: Task) => boolean,
): Promise<Task | null> {
  const isSo = deferred<void>();
  const look = () => {
    store.read(id).then((task) => (task === null || wanted(task)) && isSo.resolve(), isSo.reject);
  };
  const stop = news.listen(({ taskId }) => taskId === id && look());
  // Hints may be lost; the last look is at the end of the wait.
  const timer = setTimeout(isSo.resolve, RECHECK_MS);
  look();
  try {
    await isSo.promise;
    return await store.read(id);
  } finally {
    clearTimeout(timer);
    stop();
  }
}
