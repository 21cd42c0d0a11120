// What changed in a project between two snapshots, as people want to read it: without what git ignores.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import type { ObjectStore } from './object-store.js';
import type { Snapshot } from './snapshots.js';
import { changedPaths, foldersOf, type Tree } from './tree.js';

export type FileChange = {
  path: string;
  status: 'added' | 'changed' | 'deleted';
  insertions: number;
  deletions: number;
  /** Not text: it has no lines to count or to show. */
  isBinary: boolean;
};
export type Diff = { files: FileChange[]; insertions: number; deletions: number };

const PATHS_AT_ONCE = 50;

export async function diffBetween(store: ObjectStore, from: Snapshot, to: Snapshot, projectDir: string): Promise<Diff> {
  const paths = changedPaths(from.tree, to.tree).filter((path) => isFile(from.tree, path) || isFile(to.tree, path));
  const shown = await withoutIgnored(
    paths.filter((path) => !isGits(path)),
    projectDir,
  );
  const numbers = shown.length === 0 ? new Map() : await store.numbers(from.id, to.id);
  const files = shown.map((path): FileChange => {
    const lines = numbers.get(path);
    const status = !isFile(from.tree, path) ? 'added' : isFile(to.tree, path) ? 'changed' : 'deleted';
    return { path, status, insertions: lines?.insertions ?? 0, deletions: lines?.deletions ?? 0, isBinary: lines === null };
  });
  const sum = (of: 'insertions' | 'deletions') => files.reduce((total, file) => total + file[of], 0);
  return { files, insertions: sum('insertions'), deletions: sum('deletions') };
}

/** The unified diff of `files`, cut at whole files once it is longer than `mostChars`. */
export async function patchOf(
  store: ObjectStore,
  { from, to, files, mostChars }: { from: string; to: string; files: readonly FileChange[]; mostChars: number },
): Promise<{ patch: string; isCut: boolean }> {
  let patch = '';
  for (let start = 0; start < files.length; start += PATHS_AT_ONCE) {
    const paths = files.slice(start, start + PATHS_AT_ONCE).map(({ path }) => path);
    // More than git may print at once is more than anybody reads.
    const more = await store.patch(from, to, paths).catch(() => null);
    if (more === null) return { patch, isCut: true };
    if (patch.length + more.length > mostChars) return { patch: patch + wholeFiles(more, mostChars - patch.length), isCut: true };
    patch += more;
  }
  return { patch, isCut: false };
}

function wholeFiles(patch: string, mostChars: number): string {
  const end = patch.lastIndexOf('\ndiff --git ', mostChars);
  return end === -1 ? '' : patch.slice(0, end + 1);
}

const isFile = (tree: Tree, path: string): boolean => {
  const entry = tree.get(path);
  return entry !== undefined && entry.kind !== 'folder';
};

const isGits = (path: string): boolean => path.split('/').includes('.git');

/** Kept in snapshots, so that they can be put back, but nobody's work. */
async function withoutIgnored(paths: readonly string[], projectDir: string): Promise<string[]> {
  const folders = new Set(paths.flatMap((path) => ['', ...foldersOf(path)]));
  const rules = new Map<string, ReturnType<typeof ignore>>();
  for (const folder of folders) {
    const text = await readFile(join(projectDir, folder, '.gitignore'), 'utf8').catch(() => null);
    if (text !== null) rules.set(folder, ignore().add(text));
  }
  return paths.filter((path) =>
    ['', ...foldersOf(path)].every((folder) => !rules.get(folder)?.ignores(folder === '' ? path : path.slice(folder.length + 1))),
  );
}
