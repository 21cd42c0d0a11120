// Clones on this machine whose task ended while nobody held it: their work is handed over, and they are removed.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSettled, type Task } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { TaskStore } from '@tars/core/redis';
import { type ClonedWork, isCloned } from './cloned-work.js';

/** Whoever held it to its end hands it over by itself, within this time. */
const OWN_MS = 10_000;
const LOOK_MS = 5_000;

export type LeftClones = {
  /** Nobody may begin with it now. */
  isTending(id: string): boolean;
  close(): Promise<void>;
};

export function tendLeftClones(options: {
  store: TaskStore;
  stateDir: string;
  /** Held here, or about to be. */
  isHeld: (id: string) => boolean;
  workOf: (task: Task) => ClonedWork | null;
  logger: Logger;
  everyMs?: number;
  ownMs?: number;
}): LeftClones {
  const { store, stateDir, isHeld, workOf, logger, everyMs = LOOK_MS, ownMs = OWN_MS } = options;
  const tasks = join(stateDir, 'tasks');
  let isClosed = false;
  let tending: string | null = null;
  const tend = async (id: string): Promise<void> => {
    const task = await store.read(id);
    if (task === null || !isCloned(task) || !isSettled(task.state) || isHeld(id)) return;
    if (Date.now() - (task.endedAt ?? 0) < ownMs) return;
    await workOf(task)?.leave();
    logger.info('a clone was left behind and is removed', { task_id: id });
  };
  const look = async (): Promise<void> => {
    for (const id of await readdir(tasks).catch(() => [])) {
      if (isClosed) return;
      if (!existsSync(join(tasks, id, 'clone.json'))) continue;
      tending = id;
      await tend(id).catch((err: unknown) => logger.warn('a clone that was left behind could not be tended', { task_id: id, err }));
      tending = null;
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs).unref();
  return {
    isTending: (id) => tending === id,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await looking;
    },
  };
}
