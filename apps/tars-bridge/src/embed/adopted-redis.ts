// Who is in charge of the private Redis: told by a named connection, so that a host that was killed is in charge no longer.
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { connectRedis, publishPrivateRedis, type Redis, type RedisEndpoint } from '@tars/core/redis';
import { dataDirOf } from './ahead.js';
import type { OwnRedis } from './own-redis.js';

const IN_CHARGE = 'tars-host';

/** Others see this process in charge until it resolves the returned function or ends, however it ends. */
export async function takeCharge(endpoint: RedisEndpoint): Promise<() => void> {
  const connection = await connectRedis(endpoint);
  const name = () => connection.clientSetName(IN_CHARGE);
  // A server that was away has forgotten the name.
  connection.on('ready', () => void name().catch(() => {}));
  await name();
  return () => connection.destroy();
}

/** The private Redis that a killed host left running, now in this process' charge; null when it is somebody else's. */
export async function adoptRedis(endpoint: RedisEndpoint, stateDir: string): Promise<OwnRedis | null> {
  if (endpoint.kind !== 'socket' || !(await isLeftAlone(endpoint, stateDir))) return null;
  const letGo = await takeCharge(endpoint);
  const withdraw = await publishPrivateRedis(stateDir, endpoint.path);
  return {
    endpoint,
    revive: () => {},
    async close() {
      letGo();
      await withdraw();
      await shutDown(await connectRedis(endpoint));
      await rm(dirname(endpoint.path), { recursive: true, force: true });
    },
  };
}

async function isLeftAlone(endpoint: RedisEndpoint, stateDir: string): Promise<boolean> {
  const redis = await connectRedis(endpoint);
  try {
    const { dir } = await redis.configGet('dir');
    const clients = await redis.clientList();
    return dir === dataDirOf(stateDir) && !clients.some(({ name }) => name === IN_CHARGE);
  } finally {
    redis.destroy();
  }
}

/** Every write is on disk already. The server ends without an answer. */
async function shutDown(redis: Redis): Promise<void> {
  await redis.sendCommand(['SHUTDOWN', 'NOSAVE']).catch(() => {});
  redis.destroy();
}
