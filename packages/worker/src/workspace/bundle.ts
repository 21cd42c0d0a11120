// The work of a task in a clone as one file: a git bundle of what its branch holds beyond where it began.
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleFacts } from '@tars/core';
import { git } from './git.js';
import { AUTHOR, type Worktree } from './worktree.js';

export type Packed = Pick<BundleFacts, 'branch' | 'commit' | 'bytes'> & { commits: number; file: string };

/** The branch as it is committed; null when it holds nothing more than `base`. */
export function packBranch(repository: string, { branch, base, taskDir }: { branch: string; base: string; taskDir: string }) {
  return pack(repository, { branch, base, file: join(taskDir, 'result.bundle') });
}

/** The same with what is not committed yet in one more commit, on a branch beside; the worktree and its branch stay as they are. */
export async function packWork(worktree: Worktree, { base, taskDir, message }: { base: string; taskDir: string; message: string }) {
  const { root, gitDir, project: repository, branch } = worktree;
  const index = join(taskDir, 'work.index');
  const environment = { GIT_DIR: gitDir, GIT_WORK_TREE: root, GIT_INDEX_FILE: index, ...AUTHOR };
  await copyFile(join(gitDir, 'index'), index).catch(() => {});
  try {
    await git(root, ['add', '--all', '--', '.'], environment);
    const tree = (await git(root, ['write-tree'], environment)).trim();
    const head = (await git(repository, ['rev-parse', `refs/heads/${branch}`])).trim();
    const isSame = tree === (await git(repository, ['rev-parse', `${head}^{tree}`])).trim();
    if (isSame && head === base) return null;
    const commit = (await git(repository, ['commit-tree', tree, '-p', head, '-m', message], AUTHOR)).trim();
    await git(repository, ['update-ref', `refs/heads/${branch}-so-far`, commit]);
    return await pack(repository, { branch: `${branch}-so-far`, base, file: join(taskDir, 'work.bundle') });
  } finally {
    await rm(index, { force: true });
  }
}

async function pack(repository: string, { branch, base, file }: { branch: string; base: string; file: string }): Promise<Packed | null> {
  const ref = `refs/heads/${branch}`;
  const commit = (await git(repository, ['rev-parse', ref])).trim();
  const commits = Number(await git(repository, ['rev-list', '--count', ref, `^${base}`]));
  if (commits === 0) return null;
  await git(repository, ['bundle', 'create', '--quiet', file, `^${base}`, ref]);
  return { branch, commit, commits, file, bytes: (await stat(file)).size };
}

/** Brings a fresh worktree, which stands where the task began, to where the bundle's maker was. */
export async function unpack(worktree: Worktree, { facts, bytes }: { facts: BundleFacts; bytes: Buffer }, taskDir: string): Promise<void> {
  const { root, gitDir, project: repository, branch } = worktree;
  const file = join(taskDir, 'kept.bundle');
  await mkdir(taskDir, { recursive: true, mode: 0o700 });
  await writeFile(file, bytes, { mode: 0o600 });
  try {
    const fetching = ['-c', 'fetch.fsckObjects=true', 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];
    await git(repository, [...fetching, '--', file, `+refs/heads/${facts.branch}:refs/tars/kept`], { GIT_ALLOW_PROTOCOL: 'file' });
    const head = (await git(repository, ['rev-parse', facts.kind === 'work' ? 'refs/tars/kept^' : 'refs/tars/kept'])).trim();
    const inside = { GIT_DIR: gitDir, GIT_WORK_TREE: root };
    await git(root, ['read-tree', '--reset', '-u', 'refs/tars/kept'], inside);
    await git(repository, ['update-ref', `refs/heads/${branch}`, head]);
    // What was not committed there is not committed here.
    await git(root, ['read-tree', head], inside);
  } finally {
    await rm(file, { force: true });
  }
}
