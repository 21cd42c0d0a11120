// The project's files as git trees in a store of our own, so that a task's changes can be told without touching the owner's repository.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.js';

export type FileChange = { path: string; status: 'added' | 'changed' | 'deleted'; insertions: number; deletions: number };
export type Diff = { files: FileChange[]; insertions: number; deletions: number };

export type Snapshot = {
  /** The files as they are now; the name of their tree. */
  take(): Promise<string>;
  /** What changed from one tree to the files as they are now, sorted by path. */
  diff(from: string): Promise<Diff>;
};

/** Never part of a snapshot, whether the project ignores them or not: dependencies, caches, build results of tools, and secrets. */
const LEFT_OUT = [
  '.git',
  'node_modules/',
  '.venv/',
  'venv/',
  '__pycache__/',
  '*.pyc',
  '.pytest_cache/',
  '.mypy_cache/',
  'target/',
  '.turbo/',
  '.next/',
  'coverage/',
  '.env',
  '.env.*',
];
/** Files are stored byte for byte, whatever the project's own attributes say. */
const ATTRIBUTES = '* -text -filter -ident -working-tree-encoding\n';

export async function openSnapshot({ projectDir, gitDir }: { projectDir: string; gitDir: string }): Promise<Snapshot> {
  await mkdir(gitDir, { recursive: true, mode: 0o700 });
  const environment = { GIT_DIR: gitDir, GIT_WORK_TREE: projectDir, GIT_INDEX_FILE: join(gitDir, 'index') };
  const plumb = (args: readonly string[]) => git(projectDir, args, environment);
  await git(gitDir, ['init', '--quiet', '--bare', gitDir]);
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info', 'exclude'), `${LEFT_OUT.join('\n')}\n`);
  await writeFile(join(gitDir, 'info', 'attributes'), ATTRIBUTES);

  const take = async (): Promise<string> => {
    await plumb(['add', '--all', '--ignore-errors', '--', '.']);
    return (await plumb(['write-tree'])).trim();
  };
  return {
    take,
    async diff(from) {
      const to = await take();
      const [numbers, names] = await Promise.all([
        plumb(['diff-tree', '-r', '-z', '--no-renames', '--numstat', from, to]),
        plumb(['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to]),
      ]);
      const statuses = statusByPath(names);
      const files = numbers
        .split('\0')
        .filter((row) => row !== '')
        .map((row): FileChange => {
          const [insertions = '-', deletions = '-', path = ''] = row.split('\t');
          return { path, status: statuses.get(path) ?? 'changed', insertions: lines(insertions), deletions: lines(deletions) };
        })
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const sum = (of: 'insertions' | 'deletions') => files.reduce((total, file) => total + file[of], 0);
      return { files, insertions: sum('insertions'), deletions: sum('deletions') };
    },
  };
}

/** Binary files have no lines. */
const lines = (count: string): number => (count === '-' ? 0 : Number(count));

const STATUS: Readonly<Record<string, FileChange['status']>> = { A: 'added', D: 'deleted' };

function statusByPath(listed: string): Map<string, FileChange['status']> {
  const parts = listed.split('\0').filter((part) => part !== '');
  const statuses = new Map<string, FileChange['status']>();
  for (let at = 0; at + 1 < parts.length; at += 2) statuses.set(parts[at + 1] ?? '', STATUS[parts[at] ?? ''] ?? 'changed');
  return statuses;
}
