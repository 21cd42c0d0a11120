// Taking back what a task did to its project, as far as the owner has not worked on it since.
import type { LeftOut } from './left-out.js';
import { addPoint, findPoint, readPoints } from './points.js';
import { restore } from './restore.js';
import { openSnapshots } from './snapshots.js';
import { isSame } from './tree.js';
import { whoChanged } from './whose.js';

export type UndoWish = {
  /** Where the task's snapshots are. */
  dir: string;
  projectDir: string;
  /** The same wish again goes on where it was interrupted. */
  request: string;
  to: string | null;
  /** Also what the owner changed since; it is kept in a snapshot first. */
  force: boolean;
};

export type Undone =
  | { kind: 'done'; written: string[]; removed: string[] /** Not put back. */; left: string[] }
  | {
      kind: 'refused';
      reason: 'no_snapshot' | 'not_kept' | 'nothing_to_redo' | 'changed_since';
      /** What the owner changed since the task's last snapshot. */
      paths: string[];
    };

export async function undo({ dir, projectDir, request, to, force }: UndoWish): Promise<Undone> {
  const points = await readPoints(dir);
  // What this very wish has done before it was interrupted is no place to go back to.
  const earlier = points.filter((point) => !('request' in point && point.request === request));
  const found = findPoint(earlier, to);
  if (found.kind === 'refused') return { kind: 'refused', reason: found.reason, paths: [] };
  if (found.kind === 'nothing since') return { kind: 'done', written: [], removed: [], left: [] };

  const snapshots = await openSnapshots({ projectDir, dir });
  const was = await snapshots.read(found.snapshot);
  const now = await snapshots.take();
  const begun = points.find((point) => point.kind === 'before-undo' && point.request === request);
  const changed = await whoChanged(earlier, found.index, now.tree, snapshots.read);
  const paths = [...changed.task].filter((path) => !isSame(now.tree.get(path), was.tree.get(path)) && !isUnder(path, was.leftOut)).sort();
  const theirs = paths.filter((path) => changed.others.has(path));
  if (theirs.length > 0 && !force && begun === undefined) return { kind: 'refused', reason: 'changed_since', paths: theirs };

  if (begun === undefined) await addPoint(dir, { kind: 'before-undo', request, at: Date.now(), snapshot: now.id });
  const { written, removed } = await restore({ projectDir, store: snapshots.store, now: now.tree, was: was.tree, paths });
  const after = await snapshots.take();
  await addPoint(dir, { kind: 'after-undo', request, at: Date.now(), snapshot: after.id });
  await snapshots.remember();
  // What counts is what is there, not what was tried.
  const left = paths.filter((path) => !isSame(after.tree.get(path), was.tree.get(path)));
  return { kind: 'done', written, removed, left };
}

const isUnder = (path: string, leftOut: readonly LeftOut[]): boolean =>
  leftOut.some((out) => path === out.path || path.startsWith(`${out.path}/`));
