// A private Redis for one test file, empty before each test.
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { connectRedis, type Redis } from '../redis/connect.js';
import { type PrivateRedis, startPrivateRedis } from '../redis/private-redis.js';
import { eventually } from './eventually.js';

type Running = { server: PrivateRedis; redis: Redis };

/** Both are there inside tests and hooks only. `redis` outlives restarts of the server. */
export function useRedis(): Running {
  let running: Running | null = null;
  const current = (): Running => {
    if (running === null) throw new Error('Redis is there inside tests and hooks only.');
    return running;
  };
  beforeAll(async () => {
    const server = await startPrivateRedis();
    running = { server, redis: await connectRedis(server.endpoint) };
  });
  beforeEach(async () => {
    // A test before this one may have restarted the server: the connection needs a moment to find it again.
    await eventually('an answer of Redis', async () => (await current().redis.flushAll()) === 'OK');
  });
  afterAll(async () => {
    running?.redis.destroy();
    await running?.server.close();
  });
  return {
    get server() {
      return current().server;
    },
    get redis() {
      return current().redis;
    },
  };
}
