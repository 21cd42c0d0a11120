// Finds work, claims it, and holds what it claimed: by the doorbell when it rings, by the sweep when it does not.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { deferred, type Figure, type ProcessRef, type Task } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import {
  addFigures,
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
import { processStartTime } from '../shell/process-tree.js';
import { resourceLimits } from '../shell/resource-watch.js';
import type { SandboxFound } from '../shell/sandbox-test.js';
import { type Claimed, createClaimTask } from './claim-task.js';
import { type ClonedWork, clonedWork, isCloned } from './cloned-work.js';
import { createDayLimit } from './day-limit.js';
import { isDead } from './dead-holder.js';
import { type HeldTask, holdTask } from './held-task.js';
import { tendLeftClones } from './left-clones.js';
import { pidSpace } from './pid-space.js';
import { readPreferences } from './preferences.js';
import { createQueueNotices } from './queue-notices.js';
import { createSlots } from './slots.js';
import type { SpareRunner } from './spare-runner.js';
import { createUndoing } from './undoing.js';

const SWEEP_MS = 2_000;
const ANNOUNCE_MS = 3_000;
/** Looked for beside as many as there is a place for: some may turn out to be somebody else's, or not to be had here. */
const MORE = 50;

export type SupervisorOptions = {
  endpoint: RedisEndpoint;
  redis: Redis;
  store: TaskStore;
  news: News;
  config: Config;
  stateDir: string;
  /** The model in use with the size of its window, and what was found of a sandbox on this machine. */
  model: string;
  contextTokens: number;
  sandbox: SandboxFound;
  publicKeyPem: () => string | null;
  /** Claim this many tasks in all, then no more. */
  tasks: number;
  logger: Logger;
  host?: string;
  sweepMs?: number;
  /** In place of the bundle beside this file. */
  runnerProgram?: string;
  /** Closed with the supervisor. */
  spare?: SpareRunner;
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
  const { endpoint, redis, store, news, config, stateDir, model, contextTokens, sandbox, publicKeyPem, tasks, logger } = options;
  const { host = hostname(), sweepMs = SWEEP_MS, runnerProgram, spare } = options;
  const { workerConcurrency: concurrency, anthropicApiKey: apiKey } = config;
  const pool = config.workerPool ?? '';
  /** Commands could run only unconfined, and must not. */
  const isOpen = config.sandbox === 'required' && sandbox.kind === 'none';
  const id = `${host}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const supervisor: ProcessRef = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? '' };
  const slots = createSlots(concurrency);
  const notices = createQueueNotices({ store, redis, pool });
  const self = { id, host, pidSpace: await pidSpace(), supervisor };
  const dayLimit = createDayLimit({ store, pool, limitMicros: config.maxDailyCostMicros });
  const claimTask = createClaimTask({ worker: self, onHostLoss: config.onHostLoss, store, notices, logger });
  const held = new Map<string, HeldTask>();
  const claiming = new Map<string, Promise<HeldTask | null>>();
  const exhausted = deferred<void>();
  let claimsLeft = tasks;
  let draining = false;
  let retired = false;
  let announced = false;

  const settingsFor = (task: Task, key: string): RunnerSettings => ({
    model: { apiKey: key, baseUrl: config.anthropicBaseUrl, model },
    contextTokens,
    preferences: readPreferences(stateDir),
    sandbox: config.sandbox,
    sandboxKind: sandbox.kind,
    allowedDomains: [...config.sandboxAllowedDomains],
    privateAddresses: [...config.sandboxPrivateAddresses],
    resources: resourceLimits(config),
    hidden: [stateDir, ...config.sandboxHidden],
    prices: config.modelPrices ?? [],
    secrets: [...config.secrets],
    taskDir: join(stateDir, 'tasks', task.id),
  });

  const cloneSettings = {
    allowed: config.projectsGitUrls,
    push: config.projectsGitPush,
    mostBytes: config.projectsGitMaxMb * 2 ** 20,
    host,
  };
  const workOf = (task: Task): ClonedWork | null =>
    isCloned(task) ? clonedWork({ task, taskDir: join(stateDir, 'tasks', task.id), store, settings: cloneSettings, logger }) : null;
  const leftClones = tendLeftClones({ store, stateDir, isHeld: (taskId) => held.has(taskId) || claiming.has(taskId), workOf, logger });

  const hold = (claimed: Claimed, key: string): HeldTask => {
    const { task } = claimed;
    const log = logger.child({ task_id: task.id, session_id: task.sessionId });
    log.info('task claimed', { attempt: task.attempt, project: task.project });
    const settings = settingsFor(task, key);
    const count = (figures: readonly Figure[]) => addFigures(redis, figures);
    const holding = holdTask({
      ...claimed,
      store,
      news,
      slots,
      settings,
      count,
      publicKeyPem,
      dayLimit,
      clone: workOf(task),
      runnerProgram,
      spare,
      logger: log,
    });
    held.set(task.id, holding);
    if (claimsLeft === 0) spare?.close();
    void holding.over
      .catch((err: unknown) => log.error('holding the task failed', { err }))
      .then(() => {
        held.delete(task.id);
        lookForEnd();
        void sweep();
      });
    return holding;
  };

  const takePlaceAndClaim = async (taskId: string, key: string): Promise<HeldTask | null> => {
    slots.take();
    claimsLeft--;
    const claimed = await claimTask(taskId).catch((err: unknown) => {
      logger.warn('a claim failed', { task_id: taskId, err });
      return null;
    });
    claiming.delete(taskId);
    if (claimed !== null) return hold(claimed, key);
    slots.giveBack();
    claimsLeft++;
    lookForEnd();
    return null;
  };

  const mayClaim = (): boolean => !draining && !retired && claimsLeft > 0 && apiKey !== null && !isOpen && slots.free();

  /** Claims the task if it is free and there is a place for it; what it started before is dead when this resolves. */
  const claim = (taskId: string): Promise<HeldTask | null> => {
    const underWay = claiming.get(taskId);
    if (underWay !== undefined) return underWay;
    if (apiKey === null || !mayClaim() || held.has(taskId) || leftClones.isTending(taskId)) return Promise.resolve(null);
    const claimed = takePlaceAndClaim(taskId, apiKey);
    claiming.set(taskId, claimed);
    return claimed;
  };

  const lookForEnd = (): void => {
    if ((claimsLeft === 0 || retired) && held.size === 0 && claiming.size === 0) exhausted.resolve();
  };

  /** What a holder that died on this machine still has a lease on. */
  const abandoned = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (const taskId of await store.held(pool)) {
      if (held.has(taskId) || claiming.has(taskId)) continue;
      // One that cannot be read keeps nobody from the others.
      const holder = (await store.read(taskId).catch(() => null))?.worker ?? null;
      if (holder !== null && (await isDead(holder, self))) ids.push(taskId);
    }
    return ids;
  };

  const undoing = createUndoing({ redis, store, news, pool, stateDir, logger });
  const sweep = async (): Promise<void> => {
    if (draining || retired) return;
    void undoing.look();
    try {
      await dayLimit.wake();
      if (!slots.free()) return await notices.full();
      for (let from: number | null = 0; from !== null; ) {
        if (!mayClaim()) return;
        const { next, free, behind } = await store.line(pool, { from, most: slots.left() + MORE });
        for (const { id: taskId, otherId } of behind) await notices.behind(taskId, otherId);
        for (const taskId of free) if (mayClaim()) await claim(taskId);
        from = next === 0 ? null : next;
      }
      for (const taskId of await abandoned()) {
        if (!mayClaim()) return;
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
    repositories: [...config.projectsGitUrls],
    slots: concurrency,
    busy: slots.busy(),
    sandbox: isOpen ? 'missing' : sandbox.kind,
    key: apiKey !== null,
    model,
  });
  const say = async (): Promise<void> => {
    try {
      await announce(redis, 'worker', { ...presence(), dayIsSpent: await dayLimit.isReached() });
      announced = true;
    } catch (err) {
      announced = false;
      logger.warn('Redis does not hear this worker', { err });
    }
  };

  await say();
  void sweep();
  const doorbell = listenDoorbell({
    endpoint,
    redis,
    pool,
    concurrency,
    onRing: async ({ taskId }) => (await claim(taskId))?.slotFreed,
    onError: (err) => logger.warn('the doorbell is broken', { err }),
  });
  const timers = [setInterval(() => void sweep(), sweepMs), setInterval(() => void say(), ANNOUNCE_MS)];
  return {
    id,
    ready: () => announced && !draining,
    busy: slots.busy,
    exhausted: exhausted.promise,
    retire() {
      retired = true;
      announced = false;
      timers.forEach(clearInterval);
      spare?.close();
      withdraw(redis, 'worker', id).catch(() => {});
      lookForEnd();
    },
    async drain() {
      draining = true;
      timers.forEach(clearInterval);
      spare?.close();
      // A claim under way ends first, so that what it took is handed back too.
      await Promise.all(claiming.values());
      for (const holding of held.values()) holding.drain();
      await Promise.all([...held.values()].map(({ over }) => over));
      await Promise.all([doorbell.close(), undoing.close(), leftClones.close()]);
      await withdraw(redis, 'worker', id).catch(() => {});
    },
  };
}
