// What is left to do in a project once nothing of a task runs in it any more: keep how it is, tell what changed, clear up.
import { type Task, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { TaskStore } from '@tars/core/redis';
import { lastLook } from '../workspace/last-look.js';
import { snapshotsIn } from '../workspace/snapshots.js';
import { findWorktree, leaveWorktree } from '../workspace/worktree.js';

/** Longer than this nobody waits for a task to have ended; without it an undo asks before it touches what the last step changed. */
const LOOK_MS = 10_000;

type Left = { task: Pick<Task, 'id' | 'project'>; taskDir: string; store: Pick<TaskStore, 'saveDiff'>; logger: Logger };

/** Before the word that it is over: the next task may begin here right after it. */
export async function lookBack({ task, taskDir, store, logger }: Left): Promise<void> {
  try {
    const projectDir = (await findWorktree(taskDir))?.folder ?? task.project;
    const diff = await within(LOOK_MS, 'The project', lastLook({ dir: snapshotsIn(taskDir), projectDir }));
    if (diff !== null) await store.saveDiff(task.id, diff);
  } catch (err) {
    logger.warn('the project could not be looked at after the task', { err });
  }
}

export async function clearUp({ task, taskDir, logger }: Omit<Left, 'store'>): Promise<void> {
  await leaveWorktree(taskDir, `TARS: unfinished work of task #${task.id}`).catch((err: unknown) =>
    logger.warn('the worktree could not be removed', { err }),
  );
}
