// The parts of TARS that run on behalf of one host: api and notifier inside it, the worker as its child, Redis when it has none.
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, type Env, ensureStateDir, missingCodeSetting } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import {
  alive,
  type Control,
  createOutbox,
  discoverRedis,
  openControl,
  publishPrivateRedis,
  type Redis,
  type RedisEndpoint,
} from '@tars/core/redis';
import { startNotifier } from '@tars/notifier';
import { adoptRedis } from './adopted-redis.js';
import { type OwnRedis, startOwnRedis } from './own-redis.js';
import { workerEnv } from './worker-env.js';
import { keepWorker } from './worker-process.js';

export type EmbeddedPart = 'api' | 'worker' | 'notifier';

export type Embedded = Control & {
  api?: { url: string };
  /** Plain sentences about what will not work as one might expect. */
  warnings: string[];
};

export type EmbedOptions = {
  /** Complete, files included: the worker gets what it needs of it. */
  env: Env;
  config: Config;
  /** Null: a private Redis is started, keeps its data in the state directory, and is found there by this user's other processes. */
  endpoint: RedisEndpoint | null;
  parts: readonly EmbeddedPart[];
  logger: Logger;
  persona?: string | undefined;
};

/** A worker says that it is there within about a second. */
const WORKER_UP_MS = 10_000;
/** At the end, the last updates get this long to leave. */
const LAST_UPDATES_MS = 3_000;
const POLL_MS = 25;

/** Resolves once every part serves; what was started is closed again when one cannot. `close` ends all, the private Redis last. */
export async function startEmbedded({ env, config, endpoint, parts, logger, persona = 'sir' }: EmbedOptions): Promise<Embedded> {
  const undo: (() => unknown)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async () => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        logger.error('A part did not close cleanly', { error });
      }
    }
  };
  const warnings: string[] = [];
  try {
    const stateDir = ensureStateDir(config.stateDir);
    const server =
      endpoint === null ? await startOwnRedis(stateDir, logger) : ((await adoptRedis(endpoint, stateDir)) ?? someoneElses(endpoint));
    undo.push(server.close);
    const onError = (error: unknown) => {
      logger.warn('Redis is away', { error });
      server.revive();
    };
    const control = await openControl({ config, endpoint: server.endpoint, onError, persona });
    undo.push(() => control.close());
    const { redis, store, news, confirmations } = control;

    const worker = parts.includes('worker') ? await startWorker({ env, stateDir, control, undo, logger }) : null;
    let api: { url: string } | undefined;
    if (parts.includes('api')) {
      undo.push(confirmations.attend(news, onError));
      const { startApi } = await import('@tars/api');
      const started = await startApi({ ...control, config, logger });
      undo.push(() => started.close());
      warnings.push(...started.warnings);
      api = { url: started.url };
    }
    if (parts.includes('notifier')) {
      const notifier = await startNotifier({ redis, store, news, config, logger });
      undo.push(() => notifier.close());
      if (config.updatesUrl === null && config.discordWebhookUrl === null) {
        warnings.push('Updates reach nobody: set N8N_WEBHOOK_URL, or DISCORD_WEBHOOK_URL.');
      } else undo.push(() => lastUpdatesSent(redis));
    }
    if (worker !== null) {
      // What it says while it drains is still to be delivered, so it goes first.
      undo.push(() => worker.close());
      if (!(await worker.isUp())) warnings.push('The worker has not come up yet; its log says why.');
      if (config.anthropicApiKey === null) warnings.push('The worker takes no task without a key for Claude: set ANTHROPIC_API_KEY.');
    }
    const missing = missingCodeSetting(config);
    if (missing !== null) warnings.push(`No confirmation code is configured, so every destructive command is denied: set ${missing}.`);
    return { ...control, ...(api === undefined ? {} : { api }), warnings, close: () => (closed ??= closeAll()) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Neither ours to bring back nor to end. */
const someoneElses = (endpoint: RedisEndpoint): OwnRedis => ({ endpoint, revive: () => {}, close: async () => {} });

/** The worker learns of a socket from the state directory alone. */
async function publishFor(endpoint: RedisEndpoint, stateDir: string, undo: (() => unknown)[]): Promise<void> {
  if (endpoint.kind !== 'socket') return;
  const published = await discoverRedis({ kind: 'unset', db: 0, password: null }, stateDir);
  if (published?.kind === 'socket' && published.path === endpoint.path) return;
  undo.push(await publishPrivateRedis(stateDir, endpoint.path));
}

type StartWorker = { env: Env; stateDir: string; control: Control; undo: (() => unknown)[]; logger: Logger };

/** Comes up while the other parts do; `isUp` waits for it. */
async function startWorker({ env, stateDir, control: { endpoint, redis }, undo, logger }: StartWorker) {
  await publishFor(endpoint, stateDir, undo);
  const ids = async () => (await alive(redis, 'worker')).map(({ id }) => id);
  const before = await ids();
  const { close } = keepWorker({ env: workerEnv(env, endpoint, stateDir), logger });
  undo.push(close);
  return { close, isUp: () => waitFor(WORKER_UP_MS, async () => (await ids()).some((id) => !before.includes(id))) };
}

async function lastUpdatesSent(redis: Redis): Promise<void> {
  const outboxes = [createOutbox(redis, 'n8n'), createOutbox(redis, 'discord')];
  await waitFor(LAST_UPDATES_MS, async () => (await Promise.all(outboxes.map((outbox) => outbox.nextDue()))).every((due) => due === null));
}

async function waitFor(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
