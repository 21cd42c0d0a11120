// A task that goes back to the queue: a worker is rung for, and what keeps it waiting is said at once.
import { alive } from '../redis/presence.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer } from './answer.js';
import type { FunctionDeps } from './deps.js';
import { obstacleTo } from './obstacle.js';

export async function requeued(
  { redis, bell }: Pick<FunctionDeps, 'redis' | 'bell'>,
  task: Task,
  { status, text, say }: { status: string; text: string; say: string },
): Promise<FunctionAnswer> {
  // Not awaited: the sweep finds the task should the bell not be heard.
  void bell.ring(task.pool, { taskId: task.id, attempt: task.attempt + 1 });
  const obstacle = obstacleTo(await alive(redis, 'worker'), task);
  return obstacle === null
    ? done(status, text, say, task)
    : done(status, `${text}\n${obstacle}`, `${say} No worker can take it right now.`, task);
}
