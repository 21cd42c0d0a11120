// Forgets in time: old tasks in the record, on behalf of every process, and what this machine still keeps of tasks that are gone.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@tars/core/log';
import { keys, type Redis, type TaskStore, tidyRecord } from '@tars/core/redis';
import { dropBeyond } from './kept-folders.js';

/** The record itself lets nobody tidy it more than once an hour. */
const LOOK_MS = 10 * 60_000;

export type Tidying = { /** Resolves once a tidying under way is over. */ stop(): Promise<void> };

export function keepTidy(options: {
  redis: Redis;
  store: TaskStore;
  stateDir: string;
  retentionMs: number;
  /** How much of the disk outputs and snapshots may take. */
  mostBytes: number;
  logger: Logger;
  everyMs?: number;
}): Tidying {
  const { redis, store, stateDir, retentionMs, mostBytes, logger, everyMs = LOOK_MS } = options;
  const look = async (): Promise<void> => {
    try {
      const done = await tidyRecord(redis, retentionMs, Date.now());
      if (done === null) return;
      if (done.forgotten.length > 0) logger.info('old tasks were forgotten', { ids: done.forgotten.map(({ id }) => id) });
      if (done.untold > 0) logger.warn('old tasks are kept because their updates were never delivered', { tasks: done.untold });
    } catch (err) {
      logger.warn('old tasks could not be forgotten', { err });
    }
  };
  const clear = async (): Promise<void> => {
    try {
      const removed = await removeLeftFolders(join(stateDir, 'tasks'), redis, Date.now() - retentionMs);
      if (removed.length > 0) logger.info('folders of forgotten tasks were removed', { ids: removed });
    } catch (err) {
      logger.warn('folders of forgotten tasks could not be removed', { err });
    }
  };
  const drop = async (): Promise<void> => {
    try {
      const ids = await dropBeyond({ redis, store, stateDir, mostBytes });
      if (ids.length > 0) logger.warn('outputs and snapshots of ended tasks were dropped, because they took too much of the disk', { ids });
    } catch (err) {
      logger.warn('what ended tasks take of the disk could not be bounded', { err });
    }
  };
  const tidy = () => look().then(clear).then(drop);
  let working = tidy();
  const timer = setInterval(() => {
    working = working.then(tidy);
  }, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return working;
    },
  };
}

/**
 * Removes the folders of tasks that the record does not know, untouched since `before` (ms since 1970): an emptied record,
 * or a worker that was pointed at another Redis, must not cost anybody the way back to their files.
 */
async function removeLeftFolders(folder: string, redis: Redis, before: number): Promise<string[]> {
  const removed: string[] = [];
  for (const id of await readdir(folder).catch(() => [])) {
    const place = join(folder, id);
    if ((await stat(place)).mtimeMs >= before || (await redis.exists(keys.task(id))) === 1) continue;
    await rm(place, { recursive: true, force: true });
    removed.push(id);
  }
  return removed;
}
