// bee-queue as a doorbell: it says "look at this task" and may be lost, late or doubled, for the record decides.
import { setTimeout as delay } from 'node:timers/promises';
import { deferred, within } from '../deferred.js';
import type { Redis } from './connect.js';
import type { RedisEndpoint } from './endpoint.js';
import { type OpenQueue, openQueue } from './queue.js';

const QUEUE = 'tars_programming';
const ANSWER_MS = 2_000;
const STALL_MS = 30_000;
const REBUILD_MS = 1_000;

export type Ring = { taskId: string; attempt: number };

/** The queue of a pool: the described name for the default pool, `tars_programming.<pool>` for any other. */
export const queueName = (pool: string): string => (pool === '' ? QUEUE : `${QUEUE}.${pool}`);

export type Bell = {
  /** Rings for a task; false when the bell could not be reached in 2 s. The sweep finds the task all the same. */
  ring(pool: string, ring: Ring): Promise<boolean>;
  /** Lets what was rung and not yet heard come through, as long as `ring` itself would wait for it. */
  close(): Promise<void>;
};

export function createBell(endpoint: RedisEndpoint): Bell {
  const queues = new Map<string, OpenQueue<Ring>>();
  const underWay = new Set<Promise<boolean>>();
  // After any error the queue object is thrown away: a restarted Redis has forgotten bee-queue's scripts, and it never reloads them.
  const discard = (pool: string, open: OpenQueue<Ring>) => {
    if (queues.get(pool) === open) queues.delete(pool);
    void open.close(0);
  };
  const open = (pool: string): OpenQueue<Ring> => {
    const known = queues.get(pool);
    if (known) return known;
    const opened = openQueue<Ring>(queueName(pool), endpoint, {
      isWorker: false,
      getEvents: false,
      storeJobs: false,
      removeOnSuccess: true,
    });
    opened.queue.on('error', () => discard(pool, opened));
    opened.queue.ready().catch(() => discard(pool, opened));
    queues.set(pool, opened);
    return opened;
  };
  const tryOnce = async (pool: string, ring: Ring): Promise<'rung' | 'forgotten' | 'failed'> => {
    const opened = open(pool);
    try {
      await within(ANSWER_MS, 'The queue', opened.queue.createJob(ring).setId(`${ring.taskId}.${ring.attempt}`).save());
      return 'rung';
    } catch (error) {
      discard(pool, opened);
      return error instanceof Error && error.message.includes('NOSCRIPT') ? 'forgotten' : 'failed';
    }
  };
  const ringUntilHeard = async (pool: string, ring: Ring): Promise<boolean> => {
    const tried = await tryOnce(pool, ring);
    return (tried === 'forgotten' ? await tryOnce(pool, ring) : tried) === 'rung';
  };
  return {
    async ring(pool, ring) {
      const ringing = ringUntilHeard(pool, ring);
      underWay.add(ringing);
      try {
        return await ringing;
      } finally {
        underWay.delete(ringing);
      }
    },
    async close() {
      await Promise.all(underWay);
      await Promise.all([...queues.values()].map((opened) => opened.close(ANSWER_MS)));
      queues.clear();
    },
  };
}

export type DoorbellListener = { close(): Promise<void> };

/**
 * Hears the rings of one pool, at most `concurrency` at a time; `onRing` resolves when its slot is free again.
 * Waits for Redis as long as it must: every broken queue object is replaced by a new one.
 */
export function listenDoorbell(options: {
  endpoint: RedisEndpoint;
  redis: Redis;
  pool: string;
  concurrency: number;
  onRing: (ring: Ring) => Promise<void>;
  onError: (error: Error) => void;
  /** A ring whose listener gave no sign of life for this long is heard again, here or elsewhere. */
  stallMs?: number;
}): DoorbellListener {
  const { endpoint, redis, pool, concurrency, onRing, onError, stallMs = STALL_MS } = options;
  const name = queueName(pool);
  let closed = false;
  let current: OpenQueue<Ring> | null = null;
  let broken = deferred<void>();

  const build = async (): Promise<OpenQueue<Ring>> => {
    await redis.ping();
    const opened = openQueue<Ring>(name, endpoint, {
      stallInterval: stallMs,
      sendEvents: false,
      removeOnSuccess: true,
      removeOnFailure: true,
    });
    const { queue: next } = opened;
    const breaks = (error: Error) => {
      onError(error);
      broken.resolve();
    };
    next.on('error', breaks);
    next.on('stalled', (jobId) => {
      forgetGhost(redis, name, jobId).catch(onError);
    });
    try {
      await within(ANSWER_MS, 'The queue', next.ready());
    } catch (error) {
      void opened.close(0);
      throw error;
    }
    next.process(concurrency, async (job) => onRing(job.data));
    next.checkStalledJobs(stallMs / 2).catch(breaks);
    return opened;
  };

  const keepBuilt = async (): Promise<void> => {
    while (!closed) {
      broken = deferred<void>();
      try {
        current = await build();
        await broken.promise;
        void current.close(0);
      } catch (error) {
        if (!closed) onError(error instanceof Error ? error : new Error(String(error)));
      }
      current = null;
      if (!closed) await delay(REBUILD_MS);
    }
  };
  const running = keepBuilt();
  // What had cut off the record has cut off the bell, which may not know: it listens, and says nothing.
  const rebuild = () => broken.resolve();
  redis.on('ready', rebuild);

  return {
    async close() {
      closed = true;
      redis.off('ready', rebuild);
      await current?.close(ANSWER_MS);
      broken.resolve();
      await running;
    },
  };
}

/** An id whose data is gone would circle between `waiting` and `active` for ever. */
async function forgetGhost(redis: Redis, name: string, jobId: string): Promise<void> {
  if (await redis.hExists(`bq:${name}:jobs`, jobId)) return;
  await Promise.all(['waiting', 'active'].map((list) => redis.lRem(`bq:${name}:${list}`, 0, jobId)));
}
