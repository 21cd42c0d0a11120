// Tells the owner, once per task, that it must wait: for another task in its project, or for a free place.
import { alive, type Redis, type TaskStore } from '@tars/core/redis';

export type QueueNotices = {
  /** The task could not be claimed because `otherId` works in the same project. */
  behind(taskId: string, otherId: string): Promise<void>;
  /** There is no place here; where no other worker of the pool has one either, those who wait are told. */
  full(): Promise<void>;
};

export function createQueueNotices({ store, redis, pool }: { store: TaskStore; redis: Redis; pool: string }): QueueNotices {
  /** Spares looking at the same task every two seconds; that it is told once is up to the record. */
  const told = new Set<string>();

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
      const waiting = await store.unheld(pool);
      for (const id of told) if (!waiting.includes(id)) told.delete(id);
      if (waiting.every((id) => told.has(id))) return;
      const workers = (await alive(redis, 'worker')).filter((worker) => worker.pool === pool);
      if (workers.some(({ busy, slots }) => busy < slots)) return;
      const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
      for (const [index, id] of waiting.entries()) {
        const ahead = busy + index;
        if (!told.has(id)) await tell(id, `${ahead === 1 ? 'one other task' : `${ahead} other tasks`}, because every worker is busy`);
        told.add(id);
      }
    },
  };
}
