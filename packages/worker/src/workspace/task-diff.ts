// What a task has changed since its beginning, ready to be stored for its owner.
import type { TaskDiff } from '@tars/core';
import { REASONS } from './left-out.js';
import { diffBetween, patchOf } from './project-diff.js';
import type { Snapshot, Snapshots } from './snapshots.js';

const MOST_CHARS = 1024 * 1024;
const MOST_LEFT_OUT = 200;

export async function taskDiff({ store }: Snapshots, from: Snapshot, to: Snapshot, projectDir: string): Promise<TaskDiff> {
  const { files, insertions, deletions } = await diffBetween(store, from, to, projectDir);
  const { patch, isCut } = await patchOf(store, { from: from.id, to: to.id, files, mostChars: MOST_CHARS });
  const leftOut = to.leftOut.slice(0, MOST_LEFT_OUT).map(({ path, why }) => ({ path, why: REASONS[why] }));
  return { at: Date.now(), files, insertions, deletions, patch, isCut, leftOut };
}
