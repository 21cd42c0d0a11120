// Forgets in time: old tasks in the record, on behalf of every process, and what this machine still keeps of tasks that are gone.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@tars/core/log';
import { keys, type Redis, tidyRecord } from '@tars/core/redis';

/** The record itself lets nobody tidy it more than once an hour. */
const LOOK_MS = 10 * 60_000;

export type Tidying = { /** Resolves once a tidying under way is over. */ stop(): Promise<void> };

export function keepTidy(options: { redis: Redis; stateDir: string; retentionMs: number; logger: Logger; everyMs?: number }): Tidying {
  const { redis, stateDir, retentionMs, logger, everyMs = LOOK_MS } = options;
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
  let working = look().then(clear);
  const timer = setInterval(() => {
    working = working.then(look).then(clear);
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
