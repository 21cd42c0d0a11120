// A bee-queue object that can be let go of at any moment: bee-queue forgets its clients that connect only after it was closed.
import { setTimeout as delay } from 'node:timers/promises';
import BeeQueue from 'bee-queue';
import { doorbellOptions, type RedisEndpoint } from './endpoint.js';

/** bee-queue's own; its types do not tell of it. */
type MakesClients = { makeClient(name: string, createNew: boolean): Promise<{ end(flush: boolean): void }> };

const BEE_PATIENCE_MS = 5_000;
const GOODBYE_MS = 500;

export type OpenQueue<T> = {
  queue: BeeQueue<T>;
  /** Resolves, never rejects, once its connections are closed; one that opens later is closed then. Waits at most `patienceMs` (bee-queue's 5 s when 0) for what is under way. */
  close(patienceMs: number): Promise<void>;
};

export function openQueue<T>(name: string, endpoint: RedisEndpoint, settings: Omit<BeeQueue.QueueSettings, 'redis'>): OpenQueue<T> {
  let isOver = false;
  const clients = new Set<{ end(flush: boolean): void }>();
  const queue = new BeeQueue<T>(name, { ...settings, autoConnect: false, redis: doorbellOptions(endpoint) });
  const inside = queue as unknown as MakesClients;
  const makeClient = inside.makeClient.bind(queue);
  inside.makeClient = async (...what) => {
    const client = await makeClient(...what);
    clients.add(client);
    if (isOver) client.end(true);
    return client;
  };
  // What goes wrong here is told by `ready`.
  queue.connect().catch(() => {});
  return {
    queue,
    async close(patienceMs) {
      isOver = true;
      const closed = queue.close(patienceMs).catch(() => {});
      // It says goodbye to Redis, and would wait for ever for one that does not answer.
      await Promise.race([closed, delay((patienceMs || BEE_PATIENCE_MS) + GOODBYE_MS, undefined, { ref: false })]);
      for (const client of clients) client.end(true);
    },
  };
}
