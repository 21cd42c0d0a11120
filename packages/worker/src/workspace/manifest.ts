// What git does not keep of a snapshot: whole modes, folders without files, and what was left out.
import * as v from 'valibot';
import { type LeftOut, REASONS, type Why } from './left-out.js';
import type { Stored } from './object-store.js';
import { type Entry, foldersOf, parentOf, type Tree } from './tree.js';

const WHYS = Object.keys(REASONS) as [Why, ...Why[]];
const Modes = v.object({ file: v.number(), program: v.number(), folder: v.number() });
const Manifest = v.object({
  /** What most have; the others are in `odd`. */
  usual: Modes,
  odd: v.array(v.tuple([v.string(), v.number()])),
  /** Folders in which nothing else lies. */
  empty: v.array(v.string()),
  leftOut: v.array(v.object({ path: v.string(), why: v.picklist(WHYS) })),
});
export type Manifest = v.InferOutput<typeof Manifest>;

type Kind = keyof Manifest['usual'];
const kindOf = (entry: Exclude<Entry, { kind: 'link' }>): Kind =>
  entry.kind === 'folder' ? 'folder' : (entry.mode & 0o100) === 0 ? 'file' : 'program';

export function manifestOf(tree: Tree, leftOut: readonly LeftOut[]): Manifest {
  const counts: Record<Kind, Map<number, number>> = { file: new Map(), program: new Map(), folder: new Map() };
  const filled = new Set<string>();
  for (const [path, entry] of tree) {
    filled.add(parentOf(path));
    if (entry.kind === 'link') continue;
    const count = counts[kindOf(entry)];
    count.set(entry.mode, (count.get(entry.mode) ?? 0) + 1);
  }
  const most = (kind: Kind, otherwise: number): number =>
    [...counts[kind]].reduce((best, one) => (one[1] > best[1] ? one : best), [otherwise, 0] as [number, number])[0];
  const usual = { file: most('file', 0o644), program: most('program', 0o755), folder: most('folder', 0o755) };
  const odd: Manifest['odd'] = [];
  const empty: string[] = [];
  for (const [path, entry] of tree) {
    if (entry.kind === 'link') continue;
    if (entry.mode !== usual[kindOf(entry)]) odd.push([path, entry.mode]);
    if (entry.kind === 'folder' && !filled.has(path)) empty.push(path);
  }
  return { usual, odd, empty, leftOut: leftOut.map(({ path, why }) => ({ path, why })) };
}

export const readManifest = (text: string): Manifest => v.parse(Manifest, JSON.parse(text));

/** The whole tree, from what git kept and what it did not. */
export function treeOf(files: ReadonlyMap<string, Stored>, { usual, odd, empty }: Manifest): Tree {
  const oddModes = new Map(odd);
  const tree = new Map<string, Entry>();
  const addFolder = (path: string) => {
    if (!tree.has(path)) tree.set(path, { kind: 'folder', mode: oddModes.get(path) ?? usual.folder });
  };
  for (const path of empty) [...foldersOf(path), path].forEach(addFolder);
  for (const [path, { mode, oid }] of files) {
    foldersOf(path).forEach(addFolder);
    if (mode === '120000') tree.set(path, { kind: 'link', oid });
    else tree.set(path, { kind: 'file', oid, mode: oddModes.get(path) ?? (mode === '100755' ? usual.program : usual.file) });
  }
  return tree;
}
