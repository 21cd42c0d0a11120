// The snapshot after the last thing a task did here, and what it came to: taken once nothing of the task runs.
import type { TaskDiff } from '@tars/core';
import { addPoint, readPoints } from './points.js';
import { openSnapshots } from './snapshots.js';
import { taskDiff } from './task-diff.js';

/** Null where the task never got as far as its first snapshot. */
export async function lastLook({ dir, projectDir }: { dir: string; projectDir: string }): Promise<TaskDiff | null> {
  const [first] = await readPoints(dir);
  if (first === undefined || first.snapshot === null) return null;
  const snapshots = await openSnapshots({ projectDir, dir });
  const last = await snapshots.take();
  await addPoint(dir, { kind: 'last', at: Date.now(), snapshot: last.id });
  await snapshots.remember();
  return taskDiff(snapshots, await snapshots.read(first.snapshot), last, projectDir);
}
