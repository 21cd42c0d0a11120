// A worktree of its own for a task that must leave the project's folder alone, and the branch its work ends up on.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { uncommitted } from './dirty.js';
import { git } from './git.js';

const Worktree = v.object({
  /** Where the task works: the project's place within the worktree. */
  folder: v.string(),
  root: v.string(),
  /** The worktree's own part of the repository. It is remembered, because the file in the worktree that names it is the task's to change. */
  gitDir: v.string(),
  project: v.string(),
  branch: v.string(),
});
export type Worktree = v.InferOutput<typeof Worktree>;

export class CannotIsolateError extends Error {
  readonly code = 'cannot_isolate';
}

/** Whose commits the worker's own are. */
export const AUTHOR = {
  GIT_AUTHOR_NAME: 'TARS',
  GIT_AUTHOR_EMAIL: 'tars@localhost',
  GIT_COMMITTER_NAME: 'TARS',
  GIT_COMMITTER_EMAIL: 'tars@localhost',
};

const fileIn = (taskDir: string): string => join(taskDir, 'worktree.json');

/** The one there is, or null. */
export async function findWorktree(taskDir: string): Promise<Worktree | null> {
  const text = await readFile(fileIn(taskDir), 'utf8').catch(() => null);
  const parsed = text === null ? null : v.safeParse(v.pipe(v.string(), v.parseJson(), Worktree), text);
  return parsed?.success ? parsed.output : null;
}

/** Goes on in the one an earlier attempt made; a new one begins at the project's last commit, or where the branch was left. */
export async function openWorktree({ project, taskDir, branch }: { project: string; taskDir: string; branch: string }): Promise<Worktree> {
  const known = await findWorktree(taskDir);
  if (known !== null) return known;
  const ask = async (...args: string[]) => (await git(project, ['rev-parse', ...args])).trim();
  const prefix = await ask('--show-prefix').catch(() => {
    throw new CannotIsolateError(
      `${project} is no git repository, so the task cannot work on a branch of its own. Start it without --isolate.`,
    );
  });
  await ask('--verify', '--quiet', 'HEAD^{commit}').catch(() => {
    throw new CannotIsolateError(`${project} has no commit yet to begin a branch at. Commit something first, or start without --isolate.`);
  });
  const name = basename(await ask('--show-toplevel'));
  return addWorktree({ repository: project, taskDir, branch, name, prefix, from: 'HEAD' });
}

type New = {
  repository: string;
  taskDir: string;
  branch: string;
  name: string /** The project's place in it. */;
  prefix: string;
  from: string;
};

/** On the branch where it was left, or on a new one that begins at `from`. */
export async function addWorktree({ repository, taskDir, branch, name, prefix, from }: New): Promise<Worktree> {
  const root = join(taskDir, 'worktree', name);
  await mkdir(dirname(root), { recursive: true, mode: 0o700 });
  // Half of one may be left of an attempt that died here.
  await rm(root, { recursive: true, force: true });
  await git(repository, ['worktree', 'prune']);
  const isThere = await git(repository, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]).then(
    () => true,
    () => false,
  );
  await git(repository, ['worktree', 'add', '--quiet', ...(isThere ? [root, branch] : ['-b', branch, root, from])]);
  const gitDir = (await git(root, ['rev-parse', '--absolute-git-dir'])).trim();
  const worktree = { folder: join(root, prefix), root, gitDir, project: repository, branch };
  await mkdir(worktree.folder, { recursive: true });
  await writeFile(fileIn(taskDir), JSON.stringify(worktree), { mode: 0o600 });
  return worktree;
}

/** Commits everything that is there; false when nothing has changed. */
export async function commitWork({ root, gitDir }: Worktree, message: string): Promise<boolean> {
  const environment = { GIT_DIR: gitDir, GIT_WORK_TREE: root, ...AUTHOR };
  await git(root, ['add', '--all', '--', '.'], environment);
  const isSame = await git(root, ['diff', '--cached', '--quiet', '--no-ext-diff'], environment).then(
    () => true,
    () => false,
  );
  if (isSame) return false;
  await git(root, ['commit', '--quiet', '--no-verify', '--message', message], environment);
  return true;
}

/** What merging the branch into what the project is on now would come to, in one sentence. */
export async function mergeForecast({ project, branch }: Worktree): Promise<string> {
  const into = (await git(project, ['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => 'HEAD')).trim();
  const changed = await lines(git(project, ['diff', '--name-only', '--no-renames', `HEAD...${branch}`]));
  if (changed.length === 0) return `Branch ${branch} holds no changes.`;
  const conflicts = await git(project, ['merge-tree', '--write-tree', '--name-only', '--no-messages', 'HEAD', branch]).then(
    () => [],
    // It ends with 1 where there are conflicts: the tree's name, then the files.
    (error: unknown) => (isConflict(error) ? error.stdout.split('\n').slice(1).filter(Boolean) : null),
  );
  if (conflicts === null) return `Branch ${branch} holds the changes; how it merges into ${into} cannot be told.`;
  if (conflicts.length > 0) return `Branch ${branch} conflicts with ${into} in: ${conflicts.join(', ')}.`;
  const open = (await uncommitted(project)).filter((path) => changed.some((one) => one === path || one.endsWith(`/${path}`)));
  const rest = open.length === 0 ? '' : ` Uncommitted changes are in its way in: ${open.join(', ')}.`;
  return `Branch ${branch} merges into ${into} cleanly.${rest}`;
}

/** Keeps what is there on the branch, and removes the worktree. */
export async function leaveWorktree(taskDir: string, message: string): Promise<void> {
  const worktree = await findWorktree(taskDir);
  if (worktree === null) return;
  await commitWork(worktree, message);
  await git(worktree.project, ['worktree', 'remove', '--force', worktree.root]);
  await rm(fileIn(taskDir), { force: true });
}

const lines = async (printed: Promise<string>): Promise<string[]> => (await printed).split('\n').filter((line) => line !== '');

const isConflict = (error: unknown): error is { stdout: string } =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 1 &&
  'stdout' in error &&
  typeof error.stdout === 'string';
