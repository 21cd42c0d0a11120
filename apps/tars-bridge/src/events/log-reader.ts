// Reads what the event logs of the tasks have got since a moment, each event once.
import type { LoggedEvent } from '@tars/core';
import { type Control, isConnectionLoss, keys } from '@tars/core/redis';
import { isEnding } from './ending.js';

/** Tasks with news, each with the sequence that was hinted at. */
export type Stirred = ReadonlyMap<string, number>;

export type LogReader = {
  /** Remembers where the logs stand now: what is there already is not new. */
  begin(control: Control): Promise<void>;
  /** The new events of those tasks, or of all that may have some; fewer or none while Redis is away. */
  read(control: Control, stirred: Stirred | 'all'): Promise<LoggedEvent[]>;
};

export function createLogReader({ since, taskId }: { since: number; taskId?: string | undefined }): LogReader {
  const cursors = new Map<string, number>();
  /** Told in part, not yet to the end: looked at again even when no hint comes. */
  const open = new Set<string>();

  const lastSeq = async ({ redis }: Control, id: string): Promise<number> => Number((await redis.hGet(keys.task(id), 'seq')) ?? 0);

  const cursorOf = async (control: Control, id: string, hinted: number | undefined): Promise<number> => {
    const known = cursors.get(id);
    if (known !== undefined) return known;
    const task = await control.store.read(id);
    if (task !== null && task.createdAt >= since) return 0;
    return hinted === undefined ? lastSeq(control, id) : hinted - 1;
  };

  const candidates = async ({ store }: Control): Promise<string[]> => {
    if (taskId !== undefined) return [taskId];
    const [unsettled, recent] = await Promise.all([store.unsettled(), store.list()]);
    const young = recent.filter((task) => task.createdAt >= since && !cursors.has(task.id));
    return [...new Set([...open, ...[...unsettled, ...young].map(({ id }) => id)])];
  };

  const readTask = async (control: Control, id: string, hinted: number | undefined): Promise<LoggedEvent[]> => {
    const after = await cursorOf(control, id, hinted);
    const events = await control.store.events(id, after);
    const last = events.at(-1);
    cursors.set(id, last?.seq ?? after);
    if (last !== undefined) open[isEnding(last.event) ? 'delete' : 'add'](id);
    return events;
  };

  return {
    async begin(control) {
      for (const id of await candidates(control)) cursors.set(id, await lastSeq(control, id));
    },
    async read(control, stirred) {
      const found: LoggedEvent[] = [];
      try {
        const ids = stirred === 'all' ? await candidates(control) : [...stirred.keys()];
        for (const id of ids) {
          if (taskId === undefined || id === taskId)
            found.push(...(await readTask(control, id, stirred === 'all' ? undefined : stirred.get(id))));
        }
      } catch (error) {
        if (!isConnectionLoss(error) && control.redis.isReady) throw error;
      }
      return found;
    },
  };
}
