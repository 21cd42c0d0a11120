// A worker put together: Redis found and held on to, the model chosen, the supervisor started.
import { createRedactor } from '@tars/core';
import { type Config, ensureStateDir, loadPublicKey } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { connectRedis, createTaskStore, type RedisEndpoint, subscribeNews } from '@tars/core/redis';
import { tellSandbox } from './shell/sandbox-test.js';
import { chooseModel } from './supervisor/choose-model.js';
import { keepTidy } from './supervisor/keep-tidy.js';
import { keepSpareRunner } from './supervisor/spare-runner.js';
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

export async function startWorker(options: { endpoint: RedisEndpoint; config: Config; tasks?: number; logger: Logger }): Promise<Worker> {
  const { endpoint, config, tasks = Number.POSITIVE_INFINITY, logger } = options;
  // Three things that take a moment each, and the first runner beside them; none of them fails for what it finds.
  const spare = config.anthropicApiKey === null ? undefined : keepSpareRunner();
  const [model, sandbox] = [chooseModel(config, logger), tellSandbox(config, logger)];
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
