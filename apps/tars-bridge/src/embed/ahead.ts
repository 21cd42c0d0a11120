// What needs neither Redis nor its client is begun before the rest is loaded: the worker, and a Redis where none answers.
import { join } from 'node:path';
import { type Config, type Env, ensureStateDir } from '@tars/core/env';
import { type PrivateRedis, type RedisEndpoint, startPrivateRedis } from '@tars/core/find-redis';
import type { Logger } from '@tars/core/log';
import { workerEnv } from './worker-env.js';
import { keepWorker, type WorkerProcess } from './worker-process.js';

export type Ahead = {
  stateDir: string;
  /** What is there already. */
  endpoint: RedisEndpoint | null;
  /** Started where nothing is; otherwise null. */
  server: PrivateRedis | null;
};

export type AheadOptions = {
  /** Complete, files included: the worker gets what it needs of it. */
  env: Env;
  config: Config;
  /** Null: a private one is started, keeps its data in the state directory, and is found there by this user's other processes. */
  endpoint: RedisEndpoint | null | Promise<RedisEndpoint | null>;
  hasWorker: boolean;
  logger: Pick<Logger, 'error'>;
};

export type Begun = { worker: WorkerProcess | null; redis: Promise<Ahead> };

/** Where the private Redis of this state directory keeps its data. */
export const dataDirOf = (stateDir: string): string => join(stateDir, 'redis');

export function beginAhead({ env, config, endpoint, hasWorker, logger }: AheadOptions): Begun {
  const stateDir = ensureStateDir(config.stateDir);
  // Its settings name Redis for the secrets in them alone; where it is found is said to it.
  const redis = config.redis.kind === 'unset' ? ({ host: 'localhost', port: 6379, ...config.redis, kind: 'host' } as const) : config.redis;
  const worker = hasWorker ? keepWorker({ env: workerEnv(env, redis, stateDir), logger }) : null;
  const found = Promise.resolve(endpoint).then(async (known) => ({
    stateDir,
    endpoint: known,
    server: known === null ? await startPrivateRedis({ dataDir: dataDirOf(stateDir) }) : null,
  }));
  // Whoever goes on with it hears of its failure.
  found.catch(() => {});
  return { worker, redis: found };
}
