// Tells the owner, once per task, that it must wait: for another task in its project, or for a free place.
import { alive, type Redis, type TaskStore } from '@tars/core/redis';

/** The rest hears of it at the next look: nobody shall wait for ten thousand notices. */
const TOLD_AT_ONCE = 50;

export type QueueNotices = {
  /** The task could not be claimed because `otherId` works in the same project. */
  behind(taskId: string, otherId: string): Promise<void>;
  /** There is no place here; where no other worker of the pool has one either, those who wait are told. */
  full(): Promise<void>;
};

export function createQueueNotices({ store, redis, pool }: { store: TaskStore; redis: Redis; pool: string }): QueueNotices {
  /** Where in the line the last look ended: a long one is gone through by and by. */
  let from = 0;
  let isTelling = false;

  const tell = async (taskId: string, why: string): Promise<void> => {
    const text = `Task #${taskId} is queued behind ${why}.`;
    await store.commit(taskId, {
      as: { role: 'outsider' },
      events: [{ type: 'notice.given', at: Date.now(), notice: 'queued_behind', text }],
    });
  };

  return {
    behind: (taskId, otherId) => tell(taskId, `#${otherId}, which works in the same project`),
    async full() {
      if (isTelling) return;
      isTelling = true;
      try {
        const { next, untold } = await store.line(pool, { from, most: TOLD_AT_ONCE });
        from = next;
        if (untold.length === 0) return;
        const workers = (await alive(redis, 'worker')).filter((worker) => worker.pool === pool);
        if (workers.some(({ busy, slots }) => busy < slots)) return;
        const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
        for (const [id, place] of await store.placesIn(pool, untold)) {
          const ahead = busy + place;
          await tell(id, `${ahead === 1 ? 'one other task' : `${ahead} other tasks`}, because every worker is busy`);
        }
      } finally {
        isTelling = false;
      }
    },
  };
}
