import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { useRedis } from '../testing/use-redis.js';
import { openQueue } from './queue.js';

const at = useRedis();

/** A way to Redis whose answers wait until `release`. */
async function slowWay() {
  const dir = await mkdtemp(join(tmpdir(), 'tars-way-'));
  const path = join(dir, 'redis.sock');
  const sockets = new Set<Socket>();
  let released = false;
  const held: (() => void)[] = [];
  const server = createServer((client) => {
    const redis = createConnection(at.server.endpoint.path);
    sockets.add(client);
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
    client.on('close', () => sockets.delete(client));
    client.pipe(redis);
    if (released) redis.pipe(client);
    else held.push(() => redis.pipe(client));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    endpoint: { kind: 'socket', path } as const,
    open: () => sockets.size,
    release() {
      released = true;
      for (const answer of held.splice(0)) answer();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

test('a queue given up before Redis answered leaves no connection open when it does', async () => {
  const way = await slowWay();
  try {
    const { queue, close } = openQueue('given-up', way.endpoint, {});
    queue.on('error', () => {});
    queue.ready().catch(() => {});
    await eventually('all three connections', () => way.open() === 3);
    await close(1);
    way.release();
    await eventually('their end', () => way.open() === 0);
  } finally {
    await way.close();
  }
});
