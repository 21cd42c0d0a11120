// The installation's figures for Prometheus: what has happened to all tasks, and how things stand right now.
import { exposition, gauge, type Shown, shownFamilies, type Task } from '@tars/core';
import { createProcessFigures } from '@tars/core/process';
import { alive, type Counts, createTaskStore, isDurable, outboxFigures, queueJobs, type Redis, readFigures } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from './api-env.js';
import { version } from './version.js';

export type MetricsRoute = { redis: Redis; clock: () => number; door: MiddlewareHandler<ApiEnv> };

export function addMetricsRoute(app: Api, { redis, clock, door }: MetricsRoute): void {
  // Everybody's tasks: whoever watches the machine sees how many there are, and nothing else of them.
  const store = createTaskStore(redis);
  const ownFigures = createProcessFigures('api', version);
  app.get('/metrics', door, async (c) => {
    const [kept, counts, waiting, workforce, told, durable] = await Promise.all([
      readFigures(redis),
      store.counts(),
      store.waiting(),
      atWork(redis),
      outboxFigures(redis, clock()),
      durability(redis),
    ]);
    const text = exposition([
      ...shownFamilies(kept),
      ...standing(counts, waiting, clock()),
      ...workforce,
      ...told,
      ...durable,
      ...ownFigures(),
    ]);
    return c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

const STANDINGS = ['queued', 'started', 'waiting', 'paused'] as const;

/** A task that waits for its owner is not at work. */
function standing(counts: Counts, waiting: readonly Task[], now: number): Shown[] {
  const active = { ...counts, started: counts.started - counts.waiting };
  const asked = waiting.flatMap(({ confirmation }) => (confirmation === null ? [] : [confirmation.askedAt]));
  const oldest = asked.length === 0 ? 0 : Math.max(0, now - Math.min(...asked)) / 1_000;
  return [
    gauge(
      'tars_tasks_active',
      'Tasks that have not ended.',
      STANDINGS.map((state) => [{ state }, active[state]]),
    ),
    gauge('tars_confirmation_oldest_seconds', 'For how long the oldest open request for a code has waited; 0 without one.', [[{}, oldest]]),
  ];
}

async function atWork(redis: Redis): Promise<Shown[]> {
  const [workers, notifiers] = await Promise.all([alive(redis, 'worker'), alive(redis, 'notifier')]);
  const pools = [...new Set(['', ...workers.map(({ pool }) => pool)])];
  const jobs = await Promise.all(pools.map(async (pool) => [pool, await queueJobs(redis, pool)] as const));
  const able = workers.filter(({ key, sandbox }) => key && sandbox !== 'missing');
  const sum = (pool: string, of: 'slots' | 'busy') =>
    able.filter((worker) => worker.pool === pool).reduce((all, worker) => all + worker[of], 0);
  return [
    gauge('tars_workers', 'Workers alive; one that is not able has no key for Claude or lacks the sandbox it must have.', [
      [{ able: 'true' }, able.length],
      [{ able: 'false' }, workers.length - able.length],
    ]),
    gauge(
      'tars_worker_slots',
      'Places for tasks of the workers that are able.',
      pools.flatMap((pool) => [
        [{ pool, state: 'busy' }, sum(pool, 'busy')] as const,
        [{ pool, state: 'free' }, sum(pool, 'slots') - sum(pool, 'busy')] as const,
      ]),
    ),
    gauge('tars_notifiers', 'Notifiers alive, by whether they know where to send updates.', [
      [{ delivers: 'true' }, notifiers.filter(({ delivers }) => delivers).length],
      [{ delivers: 'false' }, notifiers.filter(({ delivers }) => !delivers).length],
    ]),
    gauge(
      'tars_queue_jobs',
      'Rings of the doorbell in bee-queue; usually 0.',
      jobs.flatMap(([pool, counts]) => Object.entries(counts).map(([state, count]) => [{ pool, state }, count] as const)),
    ),
  ];
}

async function durability(redis: Redis): Promise<Shown[]> {
  const durable = await isDurable(redis);
  return durable === null
    ? []
    : [gauge('tars_redis_durable', 'Whether Redis keeps what it is given: append-only file, no eviction.', [[{}, durable ? 1 : 0]])];
}
