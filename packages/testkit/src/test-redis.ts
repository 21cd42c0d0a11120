// A real redis-server for one test: its own socket, its own data, and a way to crash it and bring it back.
import { type PrivateRedis, startPrivateRedis } from '@tars/core/redis';
import { tempDir } from './temp-dir.js';

export type TestRedis = {
  /** What `connectRedis` and `createBell` of core take. */
  endpoint: PrivateRedis['endpoint'];
  /** For a bare `redis` 6 client: `createClient({ url })`. The product's REDIS_URL takes no sockets. */
  url: string;
  socket: string;
  /** Its data, kept over `kill` and `restart`. */
  dir: string;
  kill(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startTestRedis(): Promise<TestRedis> {
  const data = await tempDir('tars-test-redis-');
  const redis = await startPrivateRedis({ dataDir: data.path });
  return {
    endpoint: redis.endpoint,
    url: `unix://${redis.endpoint.path}`,
    socket: redis.endpoint.path,
    dir: data.path,
    kill: (signal = 'SIGKILL') => redis.stop(signal),
    restart: () => redis.restart(),
    async close() {
      await redis.close();
      await data.remove();
    },
  };
}
