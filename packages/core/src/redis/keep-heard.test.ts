import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { useRedis } from '../testing/use-redis.js';
import { connectRedis, type Redis } from './connect.js';
import type { RedisEndpoint } from './endpoint.js';
import { keepHeard } from './keep-heard.js';

const at = useRedis();
const QUICK = { askMs: 20, silentMs: 100 };
let way: { endpoint: RedisEndpoint; fallSilent(): void; connections: () => number; close(): void };
let client: Redis | null = null;

/** A way to Redis on which connections can fall silent without being closed, as when a cable is pulled; new ones work. */
async function openWay(path: string) {
  const sockets: Socket[] = [];
  const server: Server = createServer((near) => {
    const far = connect(path);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
    sockets.push(near, far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { kind: 'host', host: '127.0.0.1', port, db: 0, password: null } as const,
    fallSilent() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    connections: () => sockets.length / 2,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

beforeEach(async () => {
  way = await openWay(at.server.endpoint.path);
});
afterEach(() => {
  if (client?.isOpen) client.destroy();
  client = null;
  way.close();
});

test('a connection whose other end has fallen silent is made anew, and what waited for it learns that', async () => {
  client = await connectRedis(way.endpoint);
  const told: string[] = [];
  keepHeard(client, ({ message }) => told.push(message), QUICK);
  way.fallSilent();
  await expect(client.set('tars:x', '1')).rejects.toThrow();
  const redis = client;
  await eventually('an answer', async () => (await redis.set('tars:x', '2')) === 'OK');
  expect(told).toHaveLength(1);
});

test('who listened hears again', async () => {
  const first = await connectRedis(way.endpoint);
  client = first.duplicate();
  first.destroy();
  client.on('error', () => {});
  await client.connect();
  const heard: string[] = [];
  await client.subscribe('tars:news', (hint) => heard.push(hint));
  keepHeard(client, () => {}, QUICK);
  way.fallSilent();
  await eventually('news', async () => {
    await at.redis.publish('tars:news', 'a7f3:1');
    return heard.length > 0;
  });
});

test('a connection that answers is left as it is', async () => {
  client = await connectRedis(way.endpoint);
  await at.redis.sendCommand(['CONFIG', 'RESETSTAT']);
  keepHeard(client, () => {}, { askMs: 5, silentMs: 5_000 });
  await eventually(
    'several questions',
    async () => Number((await at.redis.info('commandstats')).match(/cmdstat_ping:calls=(\d+)/)?.[1]) > 5,
  );
  expect(way.connections()).toBe(1);
});
