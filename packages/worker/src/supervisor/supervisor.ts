// Finds work, claims it, and holds what it claimed: by the doorbell when it rings, by the sweep when it does not.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { deferred, isSettled, MAX_CRASHES, type ProcessRef, type Task, type WorkerRef } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import {
  announce,
  listenDoorbell,
  type News,
  type Redis,
  type RedisEndpoint,
  type TaskStore,
  type WorkerPresence,
  withdraw,
} from '@tars/core/redis';
import type { RunnerSettings } from '../protocol.js';
import { killTree, processStartTime } from '../shell/process-tree.js';
import { type HeldTask, holdTask } from './held-task.js';
import { createQueueNotices } from './queue-notices.js';
import { createSlots } from './slots.js';

const SWEEP_MS = 2_000;
const ANNOUNCE_MS = 3_000;

export type SupervisorOptions = {
  endpoint: RedisEndpoint;
  redis: Redis;
  store: TaskStore;
  news: News;
  config: Config;
  stateDir: string;
  /** The model in use, and what the sandbox of this machine is called. */
  model: string;
  sandbox: string;
  publicKeyPem: () => string | null;
  /** Claim this many tasks in all, then no more. */
  tasks: number;
  logger: Logger;
};

export type Supervisor = {
  id: string;
  /** True while Redis hears of this worker. */
  ready(): boolean;
  busy(): number;
  /** Resolves once all the tasks it may claim are over. */
  exhausted: Promise<void>;
  /** Takes no more work and lets what is held go on; `exhausted` tells when that is over. */
  retire(): void;
  /** Takes no more work, hands back what is held, and resolves once nothing of it runs. */
  drain(): Promise<void>;
};

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { endpoint, redis, store, news, config, stateDir, model, sandbox, publicKeyPem, tasks, logger } = options;
  const { workerConcurrency: concurrency, anthropicApiKey: apiKey } = config;
  const pool = config.workerPool ?? '';
  const host = hostname();
  const id = `${host}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const self: ProcessRef = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? '' };
  const slots = createSlots(concurrency);
  const notices = createQueueNotices({ store, redis, pool });
  const held = new Map<string, HeldTask>();
  const exhausted = deferred<void>();
  let claimsLeft = tasks;
  let draining = false;
  let retired = false;
  let announced = false;

  const settingsFor = (task: Task, key: string): RunnerSettings => ({
    model: { apiKey: key, baseUrl: config.anthropicBaseUrl, model },
    sandbox: config.sandbox,
    allowedDomains: [...config.sandboxAllowedDomains],
    hidden: [stateDir],
    taskDir: join(stateDir, 'tasks', task.id),
  });

  /** Claims the task if it is free and there is a place for it; what it started before is dead when this resolves. */
  const claim = async (taskId: string): Promise<HeldTask | null> => {
    if (draining || retired || claimsLeft === 0 || apiKey === null || held.has(taskId) || !slots.free()) return null;
    slots.take();
    claimsLeft--;
    const claimed = await tryClaim(taskId).catch((err: unknown) => {
      logger.warn('a claim failed', { task_id: taskId, err });
      return null;
    });
    if (claimed === null) {
      slots.giveBack();
      claimsLeft++;
      return null;
    }
    const log = logger.child({ task_id: taskId });
    log.info('task claimed', { attempt: claimed.task.attempt, project: claimed.task.project });
    const holding = holdTask({ ...claimed, store, news, slots, settings: settingsFor(claimed.task, apiKey), publicKeyPem, logger: log });
    held.set(taskId, holding);
    void holding.over
      .catch((err: unknown) => log.error('holding the task failed', { err }))
      .then(() => {
        held.delete(taskId);
        if ((claimsLeft === 0 || retired) && held.size === 0) exhausted.resolve();
        void sweep();
      });
    return holding;
  };

  const tryClaim = async (taskId: string) => {
    const before = await store.read(taskId);
    if (before === null || isSettled(before.state)) return null;
    const previous = before.worker;
    const elsewhere = previous !== null && previous.host !== host;
    if (elsewhere && config.onHostLoss === 'wait') return null;
    const nonce = randomUUID();
    const at = Date.now();
    const afterCrash = previous !== null;
    const lost = elsewhere && config.onHostLoss === 'fail';
    if (lost || (afterCrash && before.crashes + 1 >= MAX_CRASHES)) {
      const [reason, message] = lost
        ? ['host_lost', `The machine ${previous.host} that ran the task is gone.`]
        : ['poison', `The worker died ${MAX_CRASHES} times on this task.`];
      await store.commit(taskId, { as: { role: 'claim', nonce }, events: [{ type: 'task.failed', at, reason, message }] });
      return null;
    }
    const worker: WorkerRef = { id, host, supervisor: self, tree: [] };
    const done = await store.commit(taskId, {
      as: { role: 'claim', nonce },
      events: [
        { type: 'task.claimed', at, attempt: before.attempt + 1, worker, afterCrash },
        ...(afterCrash
          ? [
              {
                type: 'notice.given',
                at,
                notice: 'worker_restarted',
                text: `Worker restarted, task #${taskId} continues at turn ${before.turns}.`,
              } as const,
            ]
          : []),
      ],
    });
    if (done.kind === 'behind') await notices.behind(taskId, done.id);
    if (done.kind !== 'committed') return null;
    // Nobody acts for the task while anything of the attempt before may still run.
    if (previous !== null) await killTree(taskId, await stillTheSame(previous.tree), { graceMs: 0 });
    return { task: done.task, seq: done.seq, nonce, transcript: await store.transcript(taskId) };
  };

  const sweep = async (): Promise<void> => {
    if (draining || retired) return;
    try {
      if (!slots.free()) return await notices.full();
      for (const taskId of await store.unheld(pool)) {
        if (!slots.free()) return;
        await claim(taskId);
      }
    } catch (err) {
      logger.warn('the sweep failed', { err });
    }
  };

  const presence = (): WorkerPresence => ({
    id,
    host,
    pool,
    roots: [...config.projectsRoots],
    slots: concurrency,
    busy: slots.busy(),
    sandbox,
    key: apiKey !== null,
    model,
  });
  const say = async (): Promise<void> => {
    try {
      await announce(redis, 'worker', presence());
      announced = true;
    } catch (err) {
      announced = false;
      logger.warn('Redis does not hear this worker', { err });
    }
  };

  const doorbell = listenDoorbell({
    endpoint,
    redis,
    pool,
    concurrency,
    onRing: async ({ taskId }) => (await claim(taskId))?.slotFreed,
    onError: (err) => logger.warn('the doorbell is broken', { err }),
  });
  await say();
  void sweep();
  const timers = [setInterval(() => void sweep(), SWEEP_MS), setInterval(() => void say(), ANNOUNCE_MS)];
  return {
    id,
    ready: () => announced && !draining,
    busy: slots.busy,
    exhausted: exhausted.promise,
    retire() {
      retired = true;
      announced = false;
      timers.forEach(clearInterval);
      withdraw(redis, 'worker', id).catch(() => {});
      if (held.size === 0) exhausted.resolve();
    },
    async drain() {
      draining = true;
      timers.forEach(clearInterval);
      for (const holding of held.values()) holding.drain();
      await Promise.all([...held.values()].map(({ over }) => over));
      await doorbell.close();
      await withdraw(redis, 'worker', id).catch(() => {});
    },
  };
}

/** The processes that are still the ones named: a number may have been given to somebody else since. */
async function stillTheSame(tree: readonly ProcessRef[]): Promise<number[]> {
  const checked = await Promise.all(tree.map(async ({ pid, startTime }) => ((await processStartTime(pid)) === startTime ? [pid] : [])));
  return checked.flat();
}
