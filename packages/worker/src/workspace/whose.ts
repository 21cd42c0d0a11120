// Whose a change is: the task's between its steps, somebody else's after its end, between a pause and what came next, and since.
import type { Point } from './points.js';
import type { Snapshot } from './snapshots.js';
import { changedPaths, type Tree } from './tree.js';

export type Whose = { task: ReadonlySet<string>; others: ReadonlySet<string> };

/**
 * Every path that changed from the point at `index` until `now`. Where the task was torn off in a step, that step cannot be told
 * from others' work: what changed since counts as both.
 */
export async function whoChanged(
  points: readonly Point[],
  index: number,
  now: Tree,
  read: (id: string) => Promise<Snapshot>,
): Promise<Whose> {
  const task = new Set<string>();
  const others = new Set<string>();
  const add = (to: Set<string>, from: Tree, until: Tree): void => {
    for (const path of changedPaths(from, until)) to.add(path);
  };
  const [begin, ...later] = points.slice(index).flatMap(({ kind, snapshot }) => (snapshot === null ? [] : [{ kind, snapshot }]));
  if (begin === undefined) return { task, others };
  let from = (await read(begin.snapshot)).tree;
  let isTasks = true;
  for (const { kind, snapshot } of later) {
    const isEnd = kind === 'last' || kind === 'after-undo';
    // Between two of its steps there is nothing but the task.
    if (isTasks && !isEnd) continue;
    const { tree } = await read(snapshot);
    add(isTasks ? task : others, from, tree);
    from = tree;
    isTasks = !isEnd;
  }
  if (!isTasks) add(others, from, now);
  else {
    const { tree } = await read((later.at(-1) ?? begin).snapshot);
    add(task, from, now);
    add(others, tree, now);
  }
  return { task, others };
}
