import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deferred } from '../deferred.js';
import { eventually } from '../testing/eventually.js';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { type Bell, createBell, type DoorbellListener, listenDoorbell, queueName, type Ring } from './doorbell.js';
import type { RedisEndpoint } from './endpoint.js';
import { createTaskStore } from './store.js';

const STALL_MS = 300;
const at = useRedis();
let bell: Bell;
const open: (() => unknown)[] = [];
beforeEach(() => {
  bell = createBell(at.server.endpoint);
});
afterEach(async () => {
  await bell.close();
  for (const close of open.splice(0).reverse()) await close();
});

const key = (name: string) => `bq:${queueName('')}:${name}`;

function listen(
  onRing: (ring: Ring) => Promise<void>,
  { endpoint = at.server.endpoint as RedisEndpoint, concurrency = 1 } = {},
): DoorbellListener {
  const listener = listenDoorbell({ endpoint, redis: at.redis, pool: '', concurrency, onRing, onError: () => {}, stallMs: STALL_MS });
  open.push(listener.close);
  return listener;
}
const note = (endpoint: RedisEndpoint = at.server.endpoint): Ring[] => {
  const heard: Ring[] = [];
  listen(async (ring) => void heard.push(ring), { endpoint });
  return heard;
};
const isListening = () =>
  eventually('a listener', async () => /cmd=brpoplpush/.test(String(await at.redis.sendCommand(['CLIENT', 'LIST']))));

/** A way to Redis that breaks every connection on which `text` is sent, as often as told. */
async function breakingWay(text: string, times: number): Promise<{ endpoint: RedisEndpoint; broken(): number }> {
  const dir = await mkdtemp(join(tmpdir(), 'tars-way-'));
  const path = join(dir, 'redis.sock');
  const sockets = new Set<Socket>();
  let broken = 0;
  const server: Server = createServer((client) => {
    const redis = createConnection(at.server.endpoint.path);
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        redis.destroy();
      });
    }
    redis.pipe(client);
    client.on('data', (chunk) => {
      if (broken < times && chunk.includes(text)) {
        broken++;
        client.destroy();
      } else redis.write(chunk);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(dir, { recursive: true, force: true });
  });
  return { endpoint: { kind: 'socket', path }, broken: () => broken };
}

test('a connection lost just as listening begins leaves no deaf listener behind', async () => {
  const way = await breakingWay(key('stallBlock'), 3);
  const heard = note(way.endpoint);
  await eventually('the losses', () => way.broken() === 3);
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the ring', () => heard.length === 1);
});

test('a Redis that forgot the scripts under a living connection is taught them again: that very ring gets through', async () => {
  const heard = note();
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the first ring', () => heard.length === 1);
  await at.redis.scriptFlush();
  expect(await bell.ring('', { taskId: 'a7f3', attempt: 2 })).toBe(true);
  await eventually('the second ring', () => heard.length === 2);
  await at.redis.scriptFlush();
  await eventually('the scripts, which look for stalled rings, again', async () =>
    /number_of_cached_scripts:[1-9]/.test(await at.redis.info('memory')),
  );
});

test('a ring whose listener was killed is heard by another', async () => {
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  // All that a killed listener leaves behind.
  await at.redis.rPopLPush(key('waiting'), key('active'));
  const heard = note();
  await eventually('the ring', () => heard.length === 1);
  await eventually('a clean queue', async () => (await at.redis.lLen(key('active'))) === 0);
});

test('a ring heard twice is one claim: the second is told that the task is held', async () => {
  const store = createTaskStore(at.redis);
  await store.create('a7f3', event('task.queued'));
  const claims: string[] = [];
  const claim = async ({ taskId }: Ring) => {
    const { kind } = await store.commit(taskId, {
      as: { role: 'claim', nonce: `n${claims.length}` },
      events: [event('task.claimed', { attempt: claims.length + 1 })],
    });
    claims.push(kind);
  };
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  const job = await at.redis.hGetAll(key('jobs'));
  listen(claim);
  await eventually('the first', () => claims.length === 1);
  // As after a listener that was slow to finish: the same ring once more.
  await at.redis.hSet(key('jobs'), job);
  await at.redis.lPush(key('waiting'), Object.keys(job));
  await eventually('the second', () => claims.length === 2);
  expect(claims).toEqual(['committed', 'held']);
});

test('rings whose data is gone are forgotten, and hold up no other', async () => {
  await at.redis.lPush(key('waiting'), ['ghost.1', 'ghost.2']);
  await at.redis.lPush(key('active'), 'ghost.3');
  const heard = note();
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the ring', () => heard.length === 1);
  await eventually('no ghosts', async () => (await at.redis.lLen(key('waiting'))) + (await at.redis.lLen(key('active'))) === 0);
});

test('a listener closed while it still attends to a ring closes soon, and the ring is heard elsewhere', async () => {
  const begun = deferred<void>();
  const never = deferred<void>();
  const first = listen(async () => {
    begun.resolve();
    await never.promise;
  });
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await begun.promise;
  const before = performance.now();
  await first.close();
  expect(performance.now() - before).toBeLessThan(5_000);
  const heard = note();
  await eventually('the ring', () => heard.length === 1);
  never.resolve();
});

test('whatever of the queue is deleted under a listener, later rings are heard', async () => {
  const heard = note();
  for (const [attempt, name] of ['jobs', 'waiting', 'active', 'stalling', 'stallBlock', 'id'].entries()) {
    await bell.ring('', { taskId: 'a7f3', attempt: 10 + attempt });
    await at.redis.del(key(name));
    await bell.ring('', { taskId: 'c2c2', attempt });
    await eventually(`a ring after ${name} was deleted`, () => heard.some((ring) => ring.taskId === 'c2c2' && ring.attempt === attempt));
  }
});

test('while Redis takes nothing a ring fails soon, and afterwards a listener of before hears again', async () => {
  const heard = note();
  await isListening();
  await at.redis.configSet('maxmemory', '1');
  expect(await bell.ring('', { taskId: 'a7f3', attempt: 1 })).toBe(false);
  await at.redis.configSet('maxmemory', '0');
  await eventually('a ring that gets through', () => bell.ring('', { taskId: 'a7f3', attempt: 2 }));
  await eventually('that ring', () => heard.some(({ attempt }) => attempt === 2));
});
