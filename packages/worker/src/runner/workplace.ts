// Where an attempt works: the project's own folder, or a worktree of it; and what the owner should know of it beforehand.
import { existsSync } from 'node:fs';
import { type Event, isolatedBranch, type Task } from '@tars/core';
import { uncommitted } from '../workspace/dirty.js';
import { findWorktree, openWorktree, type Worktree } from '../workspace/worktree.js';

export type Workplace = { folder: string; worktree: Worktree | null };

export class ProjectMissingError extends Error {
  readonly code = 'project_missing';
  constructor(project: string) {
    super(`The project folder ${project} is not there any more. Put it back, or start the task in another one.`);
  }
}

export async function openWorkplace({ id, project, isolate, repository }: Task, taskDir: string): Promise<Workplace> {
  if (repository !== null) {
    // Made by the supervisor, which alone talks to where it comes from.
    const clone = await findWorktree(taskDir);
    if (clone === null) throw new ProjectMissingError(project);
    return { folder: clone.folder, worktree: clone };
  }
  if (!existsSync(project)) throw new ProjectMissingError(project);
  if (!isolate) return { folder: project, worktree: null };
  const worktree = await openWorktree({ project, taskDir, branch: isolatedBranch(id) });
  return { folder: worktree.folder, worktree };
}

/** What no commit holds yet at the beginning of a task is told: an undo keeps it, and a worktree does not have it. */
export async function dirtyNotice({ project, isolate, repository, attempt }: Task, at: number): Promise<Event[]> {
  const open = attempt > 1 || repository !== null ? [] : await uncommitted(project);
  if (open.length === 0) return [];
  const had = open.length === 1 ? '1 file had uncommitted changes' : `${open.length} files had uncommitted changes`;
  const then = isolate ? 'the worktree begins at the last commit, without them' : 'undo will keep them';
  return [{ type: 'notice.given', at, notice: 'dirty_project', text: `${had} before the task; ${then}.` }];
}
