// What is left to do in a project once nothing of a task runs in it any more: keep how it is, tell what changed, clear up.
import { type Task, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { TaskStore } from '@tars/core/redis';
import { lastLook } from '../workspace/last-look.js';
import { snapshotsIn } from '../workspace/snapshots.js';
import { findWorktree, leaveWorktree } from '../workspace/worktree.js';

type Left = { task: Pick<Task, 'id' | 'project'>; taskDir: string; store: Pick<TaskStore, 'saveDiff'>; logger: Logger };

/** Before the word that it is over: the next task may begin here right after it. How many files are changed; undefined where nobody knows. */
export async function lookBack({ task, taskDir, store, logger }: Left, lookMs: number): Promise<number | undefined> {
  try {
    const projectDir = (await findWorktree(taskDir))?.folder ?? task.project;
    const diff = await within(lookMs, 'The project', lastLook({ dir: snapshotsIn(taskDir), projectDir }));
    if (diff === null) return undefined;
    await store.saveDiff(task.id, diff);
    // What an isolated task did is on its branch.
    return projectDir === task.project ? diff.files.length : undefined;
  } catch (err) {
    logger.warn('the project could not be looked at after the task', { err });
    return undefined;
  }
}

export async function clearUp({ task, taskDir, logger }: Omit<Left, 'store'>): Promise<void> {
  await leaveWorktree(taskDir, `TARS: unfinished work of task #${task.id}`).catch((err: unknown) =>
    logger.warn('the worktree could not be removed', { err }),
  );
}
