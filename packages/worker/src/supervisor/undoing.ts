// Carries out what owners want undone in projects of this machine, one at a time.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, isUndoing, type Task, type Undo, type UndoRefusal, undoneText } from '@tars/core';
import type { Logger } from '@tars/core/log';
import { holdProject, letGoOfProject, type News, type Redis, type TaskStore } from '@tars/core/redis';
import { lastLook } from '../workspace/last-look.js';
import { snapshotsIn } from '../workspace/snapshots.js';
import { undo } from '../workspace/undo.js';

/** No undo takes longer; if its worker dies the project is free again after this. */
const HELD_MS = 120_000;
/** As many paths as a person reads. */
const SHOWN_PATHS = 50;
/** Hints come in bursts. */
const AT_MOST_EVERY_MS = 50;

export type Undoing = {
  /** Looks for wishes; resolves once what was found is done. */
  look(): Promise<void>;
  close(): Promise<void>;
};

export function createUndoing(options: {
  redis: Redis;
  store: TaskStore;
  news: News;
  pool: string;
  stateDir: string;
  logger: Logger;
}): Undoing {
  const { redis, store, news, pool, stateDir, logger } = options;

  const answer = async (task: Task, event: Extract<Event, { type: 'task.undone' | 'undo.refused' }>): Promise<void> => {
    const what =
      event.type === 'task.undone'
        ? `The owner has undone changes of this task (${undoneText(event)}). Look before you build on them.`
        : null;
    await store.commit(task.id, {
      as: { role: 'outsider' },
      events: [event],
      // An attempt that comes later must not count on what it did.
      ...(what === null ? {} : { records: [{ kind: 'note', turn: task.turns, text: what }] }),
    });
  };

  const refuse = (task: Task, requestId: string, reason: UndoRefusal, paths: readonly string[] = []): Promise<void> =>
    answer(task, { type: 'undo.refused', at: Date.now(), requestId, reason, paths: paths.slice(0, SHOWN_PATHS) });

  const carryOut = async (task: Task, { requestId, to, force }: Undo, dir: string): Promise<void> => {
    const log = logger.child({ task_id: task.id });
    try {
      const projectDir = task.project;
      const done = await undo({ dir, projectDir, request: requestId, to, force });
      if (done.kind === 'refused') return await refuse(task, requestId, done.reason, done.paths);
      const { written, removed, left } = done;
      log.info('task undone', { written: written.length, removed: removed.length, left: left.length });
      const diff = await lastLook({ dir, projectDir });
      if (diff !== null) await store.saveDiff(task.id, diff);
      const counts = { written: written.length, removed: removed.length, left: left.slice(0, SHOWN_PATHS) };
      await answer(task, { type: 'task.undone', at: Date.now(), requestId, ...counts });
    } catch (err) {
      log.error('an undo broke off', { err });
      await refuse(task, requestId, 'broken');
    }
  };

  const consider = async (id: string): Promise<void> => {
    const task = await store.read(id);
    const wish = task?.undo ?? null;
    if (task === null || wish === null || wish.outcome !== null) return;
    const { requestId } = wish;
    if (!isUndoing(wish, Date.now())) return refuse(task, requestId, 'too_late');
    const taskDir = join(stateDir, 'tasks', id);
    const dir = snapshotsIn(taskDir);
    // Another machine has its snapshots.
    if (!existsSync(taskDir)) return;
    if (task.isolate) return refuse(task, requestId, 'isolated');
    if (!existsSync(dir)) return refuse(task, requestId, 'no_snapshot');
    if (!existsSync(task.project)) return refuse(task, requestId, 'project_missing');
    const busy = await holdProject(redis, { folder: task.project, id, forMs: HELD_MS });
    // Another worker of this machine is on it.
    if (busy === id) return;
    if (busy !== null) return refuse(task, requestId, 'project_busy', [`task #${busy}`]);
    try {
      // Another worker may have done it since it was read.
      const isOpen = (await store.read(id))?.undo?.outcome === null;
      if (isOpen) await carryOut(task, wish, dir);
    } finally {
      await letGoOfProject(redis, { folder: task.project, id });
    }
  };

  let looking = Promise.resolve();
  let isDue = false;
  let isClosed = false;
  const lookOnce = async (): Promise<void> => {
    isDue = false;
    for (const id of isClosed ? [] : await store.undoing(pool)) await consider(id);
  };
  const look = (): Promise<void> => {
    looking = looking.then(lookOnce).catch((err: unknown) => logger.warn('wishes to undo could not be looked at', { err }));
    return looking;
  };
  const unlisten = news.listen(() => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => void look(), AT_MOST_EVERY_MS).unref();
  });
  return {
    look,
    async close() {
      isClosed = true;
      unlisten();
      await looking;
    },
  };
}
