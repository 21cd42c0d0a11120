// A clone of its own for a task whose project is a repository elsewhere: fetched once, kept across attempts, made anew where it is not.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BundleFacts, Repository } from '@tars/core';
import * as v from 'valibot';
import { unpack } from './bundle.js';
import { git } from './git.js';
import { addPoint, readPoints } from './points.js';
import { type Remote, RemoteGitError, remoteGit, tooLarge } from './remote-git.js';
import { openSnapshots, snapshotsIn } from './snapshots.js';
import { addWorktree, findWorktree, type Worktree } from './worktree.js';

/** As many commits of the past as one looks at, of any repository. */
const DEPTH = '50';
/** The commit the task began at, in our repository. */
const BASE = 'refs/tars/base';

const Clone = v.object({
  /** The commit it began at. */
  base: v.string(),
  /** The attempt that worked in it last. */
  attempt: v.number(),
});
export type Clone = v.InferOutput<typeof Clone>;

export type Kept = { facts: BundleFacts; bytes: Buffer };
export type Opened = {
  worktree: Worktree;
  base: string;
  /** `kept`: an earlier attempt made it here. `restored`: made anew, with what an earlier one had done. */
  how: 'kept' | 'new' | 'restored';
};

const fileIn = (taskDir: string): string => join(taskDir, 'clone.json');
/** Outside what the task may write: nothing in it (hooks, settings) is the task's. */
export const repositoryIn = (taskDir: string): string => join(taskDir, 'repository.git');

/** The one there is, or null. */
export async function findClone(taskDir: string): Promise<Clone | null> {
  const text = await readFile(fileIn(taskDir), 'utf8').catch(() => null);
  const parsed = text === null ? null : v.safeParse(v.pipe(v.string(), v.parseJson(), Clone), text);
  return parsed?.success ? parsed.output : null;
}

export type OpenClone = {
  repository: Repository;
  taskDir: string;
  branch: string;
  attempt: number;
  /** What the record holds of earlier work. */
  kept: Kept | null;
  remote: Remote;
  mostBytes: number;
};

/** Throws `RemoteGitError` where it cannot be had. */
export async function openClone({ repository, taskDir, branch, attempt, kept, remote, mostBytes }: OpenClone): Promise<Opened> {
  const known = await findClone(taskDir);
  const place = { repository: repositoryIn(taskDir), taskDir, branch, name: nameOf(repository.url), prefix: '' };
  const remember = (base: string) => writeFile(fileIn(taskDir), JSON.stringify({ base, attempt }), { mode: 0o600 });
  // Where a later attempt left its work in the record, this one was overtaken elsewhere.
  if (known !== null && (kept === null || kept.facts.attempt <= known.attempt)) {
    const worktree = (await findWorktree(taskDir)) ?? (await addWorktree({ ...place, from: known.base }));
    await remember(known.base);
    return { worktree, base: known.base, how: 'kept' };
  }
  await removeClone(taskDir);
  const from = { ...repository, commit: kept?.facts.base ?? repository.commit };
  const base = await fetchBase(from, place.repository, remote, mostBytes);
  const worktree = await addWorktree({ ...place, from: base });
  if (kept !== null) {
    await rememberBeginning(worktree.folder, snapshotsIn(taskDir));
    await unpack(worktree, kept, taskDir);
  }
  await remember(base);
  return { worktree, base, how: kept === null ? 'new' : 'restored' };
}

/** Goes whole: the worktree, the repository, and the word that there is one. */
export async function removeClone(taskDir: string): Promise<void> {
  for (const name of ['clone.json', 'worktree.json', 'worktree', 'repository.git', 'work.bundle'])
    await rm(join(taskDir, name), { recursive: true, force: true });
}

/** The branch, tag or commit that is asked for; the commit of the first clone, where there was one. */
async function fetchBase({ url, ref, commit }: Repository, folder: string, remote: Remote, mostBytes: number): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // No template: its hooks and settings would be the machine's.
  await git(folder, ['init', '--quiet', '--bare', '--template=', '.']);
  await git(folder, ['config', 'remote.origin.url', url]);
  const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', `--depth=${DEPTH}`];
  const fetch = (wanted: string) => remoteGit(folder, ['fetch', ...options, '--', url, `+${wanted}:${BASE}`], remote, mostBytes);
  const asked = ref ?? 'HEAD';
  await (commit === null ? fetch(asked) : fetch(commit).catch(() => fetch(asked)));
  const base = (await git(folder, ['rev-parse', '--verify', '--quiet', `${commit ?? BASE}^{commit}`]).catch(() => '')).trim();
  if (base === '') throw new RemoteGitError(commit === null ? `${asked} is no commit` : `the commit ${commit} is not to be had any more`);
  const bytes = await bytesOfFiles(folder, base);
  if (bytes > mostBytes) throw new RemoteGitError(tooLarge(mostBytes));
  return base;
}

/** What its files will take up once they are written: little in a pack may be much on the disk. */
async function bytesOfFiles(folder: string, commit: string): Promise<number> {
  const listed = await git(folder, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]).catch(() => {
    throw new RemoteGitError('it has more files than can be listed');
  });
  return listed.split('\0').reduce((sum, row) => sum + (Number(/^\S+ \S+ \S+\s+(\d+)\t/.exec(row)?.[1]) || 0), 0);
}

/** So that everything the task has changed is seen as its change, whichever machine it did that on. */
async function rememberBeginning(projectDir: string, dir: string): Promise<void> {
  if ((await readPoints(dir)).length > 0) return;
  const snapshots = await openSnapshots({ projectDir, dir });
  const first = await snapshots.take();
  await addPoint(dir, { kind: 'step', turn: 0, call: 0, at: Date.now(), snapshot: first.id });
  await snapshots.remember();
}

/** The folder's name: what the repository is called. */
const nameOf = (url: string): string =>
  basename(url.replace(/\/$/, '').replace(/^[^/]*:/, '/'))
    .replace(/\.git$/, '')
    .replaceAll('%20', '-') || 'project';
