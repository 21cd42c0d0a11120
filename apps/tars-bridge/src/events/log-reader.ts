// Reads what the event logs of the tasks have got since a moment, each event once.
import type { LoggedEvent } from '@tars/core';
import { type Control, isConnectionLoss, keys } from '@tars/core/redis';

/** Tasks with news, each with the sequence that was hinted at. */
export type Stirred = ReadonlyMap<string, number>;

export type LogReader = {
  /** Remembers where the logs stand now: what is there already is not new. */
  begin(control: Control): Promise<void>;
  /** The new events of those tasks, or of all that may have some; fewer or none while Redis is away. */
  read(control: Control, stirred: Stirred | 'all'): Promise<LoggedEvent[]>;
};

const PAGE = 1_000;

export function createLogReader({ since, taskId }: { since: number; taskId?: string | undefined }): LogReader {
  const cursors = new Map<string, number>();
  /** Up to when all changes were looked at, by the clock of Redis. */
  let place = 0;

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
    const { ids, at } = await store.changed(place);
    place = at;
    return ids;
  };

  const readTask = async (control: Control, id: string, hinted: number | undefined): Promise<LoggedEvent[]> => {
    const after = await cursorOf(control, id, hinted);
    const found: LoggedEvent[] = [];
    for (let events = PAGE; events === PAGE; ) {
      const some = await control.store.events(id, found.at(-1)?.seq ?? after, PAGE);
      found.push(...some);
      events = some.length;
    }
    cursors.set(id, found.at(-1)?.seq ?? after);
    return found;
  };

  return {
    async begin(control) {
      if (taskId !== undefined) {
        cursors.set(taskId, await lastSeq(control, taskId));
        return;
      }
      const { seqs, at } = await control.store.standing();
      place = at;
      for (const [id, seq] of seqs) cursors.set(id, seq);
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
