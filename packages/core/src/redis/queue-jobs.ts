// How many rings of a pool's doorbell lie in bee-queue: no measure of work, but of a bell that nobody hears.
import type { Redis } from './connect.js';
import { queueName } from './doorbell.js';

export type QueueJobs = { waiting: number; active: number; delayed: number };

export async function queueJobs(redis: Redis, pool: string): Promise<QueueJobs> {
  const key = (state: string) => `bq:${queueName(pool)}:${state}`;
  const [waiting, active, delayed] = await Promise.all([
    redis.lLen(key('waiting')),
    redis.lLen(key('active')),
    redis.zCard(key('delayed')),
  ]);
  return { waiting, active, delayed };
}
