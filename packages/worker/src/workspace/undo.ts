// Taking back what a task did to its project, as far as the owner has not worked on it since.
import type { LeftOut } from './left-out.js';
import { addPoint, findPoint, type Point, readPoints } from './points.js';
import { restore } from './restore.js';
import { openSnapshots, type Snapshot } from './snapshots.js';
import { changedPaths, isSame } from './tree.js';

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
  const found = findPoint(
    points.filter((point) => !('request' in point && point.request === request)),
    to,
  );
  if (found.kind === 'refused') return { kind: 'refused', reason: found.reason, paths: [] };
  if (found.kind === 'nothing since') return { kind: 'done', written: [], removed: [], left: [] };

  const snapshots = await openSnapshots({ projectDir, dir });
  const was = await snapshots.read(found.snapshot);
  const now = await snapshots.take();
  const begun = points.find((point) => point.kind === 'before-undo' && point.request === request);
  const mine = await changesOfTask(was, now, points, snapshots.read);
  const paths = mine.paths.filter((path) => !isSame(now.tree.get(path), was.tree.get(path)) && !isUnder(path, was.leftOut));
  const theirs = paths.filter((path) => mine.theirs.has(path));
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

/**
 * What the task did after `was`; `theirs` was changed once more after its last snapshot. Where the task was torn off before that
 * one, its last step cannot be told from the owner's work.
 */
async function changesOfTask(
  was: Snapshot,
  now: Snapshot,
  points: readonly Point[],
  read: (id: string) => Promise<Snapshot>,
): Promise<{ paths: string[]; theirs: ReadonlySet<string> }> {
  const newest = points.at(-1);
  const end = newest?.kind === 'last' || newest?.kind === 'after-undo' ? newest : undefined;
  const known = (end ?? points.findLast(({ kind, snapshot }) => kind !== 'before-undo' && snapshot !== null))?.snapshot ?? null;
  const { tree } = known === null ? was : await read(known);
  return { paths: changedPaths(was.tree, end === undefined ? now.tree : tree), theirs: new Set(changedPaths(tree, now.tree)) };
}

const isUnder = (path: string, leftOut: readonly LeftOut[]): boolean =>
  leftOut.some((out) => path === out.path || path.startsWith(`${out.path}/`));
