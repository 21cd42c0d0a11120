// What is known to keep a queued task from being worked on, said before somebody waits for nothing.
import type { WorkerPresence } from '../redis/presence.js';
import { isInside } from './project.js';

export const canReach = (workers: readonly WorkerPresence[], project: string): WorkerPresence[] =>
  workers.filter((worker) => worker.roots.some((root) => isInside(root, project)));

/** Null when a live worker can take it. */
export function obstacleTo(workers: readonly WorkerPresence[], project: string): string | null {
  if (workers.length === 0) return 'It is queued, but no worker is running right now.';
  const reachable = canReach(workers, project);
  if (reachable.length === 0) return `It is queued, but no running worker has the folder ${project} under its roots.`;
  if (reachable.every((worker) => !worker.key))
    return 'It is queued, but the running worker has no key for Claude: set ANTHROPIC_API_KEY where the worker runs.';
  const able = reachable.filter((worker) => worker.key && worker.sandbox !== 'missing');
  if (able.length === 0) return 'It is queued, but the running worker must have a sandbox and has none: `tars doctor` there says why.';
  return able.every((worker) => worker.dayIsSpent === true)
    ? 'It is queued, but what all tasks may cost today is spent: it waits until 00:00 UTC, or until you resume a task that paused for it.'
    : null;
}
