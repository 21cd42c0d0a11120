// A worker put together: Redis found and held on to, the model chosen, the supervisor started.
import { createRedactor } from '@tars/core';
import { type Config, ensureStateDir, loadPublicKey } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { connectRedis, createTaskStore, type RedisEndpoint, subscribeNews } from '@tars/core/redis';
import { type SandboxFound, tellSandbox } from './shell/sandbox-test.js';
import { type ChosenModel, chooseModel } from './supervisor/choose-model.js';
import { keepTidy } from './supervisor/keep-tidy.js';
import { keepSpareRunner, type SpareRunner } from './supervisor/spare-runner.js';
import { startSupervisor } from './supervisor/supervisor.js';

const MB = 1_000_000;

export type Worker = {
  ready(): boolean;
  /** Places that are taken. */
  busy(): number;
  /** Resolves once the tasks it may claim (`tasks`) are over, or, once it is retired, those it holds. */
  exhausted: Promise<void>;
  /** Its host is gone: what is under way goes on to its end, nothing new is taken. */
  retire(): void;
  close(): Promise<void>;
};

/** What takes a moment and needs no Redis: the model, the sandbox, the first runner. None of them fails for what it finds. */
export type Begun = {
  spare: SpareRunner | undefined;
  model: Promise<ChosenModel>;
  sandbox: Promise<SandboxFound>;
};

export function beginWorker(config: Config, logger: Logger, waiting?: SpareRunner): Begun {
  const hasKey = config.anthropicApiKey !== null;
  if (!hasKey) waiting?.close();
  return {
    spare: hasKey ? (waiting ?? keepSpareRunner()) : undefined,
    model: chooseModel(config, logger),
    sandbox: tellSandbox(config, logger),
  };
}

export async function startWorker(options: {
  endpoint: RedisEndpoint;
  config: Config;
  tasks?: number;
  logger: Logger;
  begun?: Begun | undefined;
}): Promise<Worker> {
  const { endpoint, config, tasks = Number.POSITIVE_INFINITY, logger, begun = beginWorker(config, logger) } = options;
  const { spare, model, sandbox } = begun;
  try {
    const redis = await connectRedis(endpoint, (err) => logger.warn('Redis is away', { err }));
    const news = await subscribeNews(redis, (err) => logger.warn('Redis is away', { err }));
    const stateDir = await ensureStateDir(config.stateDir);
    // How long the trail is kept is for those to say who command; a worker only adds to it.
    const store = createTaskStore(redis, { retentionMs: null, redact: createRedactor(config.secrets) });
    const supervisor = await startSupervisor({
      endpoint,
      redis,
      store,
      news,
      config,
      stateDir,
      ...(await model),
      sandbox: await sandbox,
      publicKeyPem: () => loadPublicKey(config),
      tasks,
      logger,
      ...(spare === undefined ? {} : { spare }),
    });
    const tidying = keepTidy({ redis, store, stateDir, retentionMs: config.taskRetentionMs, mostBytes: config.keptMaxDiskMb * MB, logger });
    return {
      ready: supervisor.ready,
      busy: supervisor.busy,
      exhausted: supervisor.exhausted,
      retire: supervisor.retire,
      async close() {
        await Promise.all([supervisor.drain(), tidying.stop()]);
        await news.close();
        if (redis.isOpen) await redis.close();
      },
    };
  } catch (error) {
    spare?.close();
    throw error;
  }
}
