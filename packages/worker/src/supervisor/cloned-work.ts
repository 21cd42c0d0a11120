// The work of a task whose project is a repository elsewhere: had before it begins, kept when it stops, handed over when it ends.
import { readFile, rm } from 'node:fs/promises';
import {
  type BundleFacts,
  type Delivery,
  type Event,
  isAllowedRepository,
  isolatedBranch,
  isSettled,
  type Repository,
  type Task,
  type TranscriptRecord,
} from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { TaskStore } from '@tars/core/redis';
import { ATTEMPT_MARK, RUNNER_MARK, SINCE_MARK } from '../shell/process-tree.js';
import { type Packed, packBranch, packWork } from '../workspace/bundle.js';
import { findClone, openClone, removeClone, repositoryIn } from '../workspace/clone.js';
import { type Remote, RemoteGitError, remoteGit } from '../workspace/remote-git.js';
import { commitWork, findWorktree } from '../workspace/worktree.js';

const CLONE_MS = 300_000;
const PUSH_MS = 60_000;
/** A larger bundle stays on this machine. */
const MOST_IN_RECORD = 16 * 1024 * 1024;

export type CloneSettings = {
  /** What may be cloned here. */
  allowed: readonly string[];
  push: boolean;
  mostBytes: number;
  host: string;
};

export type ClonedWork = {
  /** Makes the clone, or finds it; what is told of it goes with the first commit. Throws `CannotCloneError`. */
  open(signal: AbortSignal): Promise<{ events: Event[]; records: TranscriptRecord[] }>;
  /** Puts what there is into the record, for an attempt on another machine. */
  keep(): Promise<void>;
  /** Hands it over; null where there is no clone to hand over from. Pushed only where the task `finished`. */
  deliver(finished: boolean): Promise<Event | null>;
  /** Once the task has ended: hands over what was not, and removes the clone. */
  leave(): Promise<void>;
};

export class CannotCloneError extends Error {
  readonly code = 'cannot_clone';
}

export function clonedWork(options: {
  task: Task & { repository: Repository };
  taskDir: string;
  store: TaskStore;
  settings: CloneSettings;
  logger: Logger;
}): ClonedWork {
  const { task, taskDir, store, settings, logger } = options;
  const { id, repository, attempt } = task;
  const { url } = repository;
  const branch = isolatedBranch(id);
  const remote = (signal: AbortSignal, withinMs: number): Remote => ({
    url,
    marks: { [RUNNER_MARK]: id, [SINCE_MARK]: String(task.createdAt), [ATTEMPT_MARK]: String(attempt) },
    withinMs,
    signal,
  });

  /** Puts it into the record instead of its file; false where it is too large for that, and stays. */
  const save = async ({ branch, commit, bytes, file }: Packed, kind: BundleFacts['kind'], base: string): Promise<boolean> => {
    if (bytes > MOST_IN_RECORD) return false;
    await store.saveBundle(id, { kind, branch, base, commit, bytes, attempt, at: Date.now() }, await readFile(file));
    await rm(file, { force: true });
    return true;
  };

  const push = async (): Promise<Delivery['push']> => {
    try {
      const ref = `refs/heads/${branch}`;
      await remoteGit(
        repositoryIn(taskDir),
        ['push', '--quiet', '--', url, `${ref}:${ref}`],
        remote(new AbortController().signal, PUSH_MS),
      );
      return { kind: 'pushed' };
    } catch (error) {
      return { kind: 'refused', why: error instanceof Error ? error.message : String(error) };
    }
  };

  const deliver = async (finished: boolean): Promise<Event | null> => {
    const clone = await findClone(taskDir);
    if (clone === null) return null;
    const { base } = clone;
    const worktree = await findWorktree(taskDir);
    if (worktree !== null) await commitWork(worktree, `TARS: unfinished work of task #${id}`);
    const packed = await packBranch(repositoryIn(taskDir), { branch, base, taskDir });
    const event = { type: 'result.delivered', at: Date.now(), url, finished, branch } as const;
    if (packed === null) return { ...event, commit: base, commits: 0, bundle: { kind: 'none' }, push: null };
    const { commit, commits, bytes, file } = packed;
    const isSaved = await save(packed, 'result', base);
    const bundle = isSaved ? ({ kind: 'record', bytes } as const) : ({ kind: 'host', bytes, host: settings.host, file } as const);
    return { ...event, commit, commits, bundle, push: finished && settings.push ? await push() : null };
  };

  return {
    async open(signal) {
      if (!isAllowedRepository(url, settings.allowed))
        throw new CannotCloneError(`${url} may not be cloned here: PROJECTS_GIT_URLS of the worker on ${settings.host} does not list it.`);
      // Ids are used again once a task is forgotten: what an earlier one left under this id is not this task's.
      if (attempt === 1) await rm(taskDir, { recursive: true, force: true });
      try {
        const kept = await store.bundle(id);
        const opened = await openClone({
          repository,
          taskDir,
          branch,
          attempt,
          kept,
          remote: remote(signal, CLONE_MS),
          mostBytes: settings.mostBytes,
        });
        if (opened.how === 'kept') return { events: [], records: [] };
        const cloned = { type: 'repository.cloned', at: Date.now(), url, commit: opened.base } as const;
        return { events: [cloned], records: attempt === 1 ? [] : [{ kind: 'note', turn: task.turns, text: noteOf(opened.how) }] };
      } catch (error) {
        if (!(error instanceof RemoteGitError)) throw error;
        throw new CannotCloneError(`${url} could not be cloned: ${error.message}`);
      }
    },
    async keep() {
      const [clone, worktree] = [await findClone(taskDir), await findWorktree(taskDir)];
      if (clone === null || worktree === null) return;
      const packed = await packWork(worktree, { base: clone.base, taskDir, message: `TARS: work so far of task #${id}` });
      if (packed !== null && !(await save(packed, 'work', clone.base)))
        logger.warn('the work so far is too large for the record: another machine could not go on with it', { file: packed.file });
    },
    deliver,
    async leave() {
      const [clone, now, facts] = await Promise.all([findClone(taskDir), store.read(id), store.bundleFacts(id)]);
      if (clone === null || now === null) return;
      // What a later attempt has put into the record elsewhere comes after what there is here.
      const isOvertaken = facts !== null && facts.attempt > clone.attempt;
      if (now.delivery === null && !isOvertaken) {
        const delivered = await deliver(false);
        if (delivered !== null) await store.commit(id, { as: { role: 'outsider' }, events: [delivered] });
      }
      // Its owner may have gone on with it meanwhile, and another worker of this machine have it.
      const after = await store.read(id);
      if (after === null || isSettled(after.state)) await removeClone(taskDir);
    },
  };
}

/** For a model that remembers the clone as it was. */
const noteOf = (how: 'new' | 'restored'): string =>
  how === 'restored'
    ? 'The project was cloned anew, on this machine, and your changes were put back. What git ignores (installed packages, build output) is not there: make it again where you need it.'
    : 'The project was cloned anew: the machine that had your changes is gone, and none of them are here. Look at the files before you go on; nothing you did counts as done.';

/** Whether the task is one of these. */
export const isCloned = (task: Task): task is Task & { repository: Repository } => task.repository !== null;
