// What is known to keep a queued task from being worked on, said before somebody waits for nothing.
import type { WorkerPresence } from '../redis/presence.js';
import { isAllowedRepository } from '../repository.js';
import type { Task } from '../task.js';
import { isInside } from './project.js';

type Place = Pick<Task, 'project' | 'repository'>;

export const canReach = (workers: readonly WorkerPresence[], { project, repository }: Place): WorkerPresence[] =>
  workers.filter(({ roots, repositories = [] }) =>
    repository === null ? roots.some((root) => isInside(root, project)) : isAllowedRepository(repository.url, repositories),
  );

/** Null when a live worker can take it. */
export function obstacleTo(workers: readonly WorkerPresence[], place: Place): string | null {
  if (workers.length === 0) return 'It is queued, but no worker is running right now.';
  const reachable = canReach(workers, place);
  if (reachable.length === 0)
    return place.repository === null
      ? `It is queued, but no running worker has the folder ${place.project} under its roots.`
      : `It is queued, but no running worker may clone ${place.repository.url}: PROJECTS_GIT_URLS there does not list it.`;
  if (reachable.every((worker) => !worker.key))
    return 'It is queued, but the running worker has no key for Claude: set ANTHROPIC_API_KEY where the worker runs.';
  const able = reachable.filter((worker) => worker.key && worker.sandbox !== 'missing');
  if (able.length === 0) return 'It is queued, but the running worker must have a sandbox and has none: `tars doctor` there says why.';
  return able.every((worker) => worker.dayIsSpent === true)
    ? 'It is queued, but what all tasks may cost today is spent: it waits until 00:00 UTC, or until you resume a task that paused for it.'
    : null;
}
