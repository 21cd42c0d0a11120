import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { connectRedis, type Redis, RedisUnreachableError } from './connect.js';
import { discoverRedis, publishPrivateRedis } from './discover.js';
import { answersPing } from './ping.js';
import { findRedisServer, type PrivateRedis, startPrivateRedis } from './private-redis.js';

let folder = '';
let server: PrivateRedis | null = null;
let redis: Redis | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tars-private-'));
});
afterEach(async () => {
  redis?.destroy();
  await server?.close();
  redis = null;
  server = null;
  await rm(folder, { recursive: true });
});

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('it answers on a socket that only its user may open, and on no port', async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.endpoint);
  expect(await redis.ping()).toBe('PONG');
  expect((await stat(server.endpoint.path)).mode & 0o777).toBe(0o700);
  expect(await redis.configGet('port')).toEqual({ port: '0' });
  expect(Buffer.byteLength(server.endpoint.path)).toBeLessThan(108);
});

test('it is set to lose nothing: written before it answers, and nothing thrown out when full', async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.endpoint);
  expect({ ...(await redis.configGet(['appendonly', 'appendfsync', 'maxmemory-policy'])) }).toEqual({
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
  });
});

test.each(['SIGTERM', 'SIGKILL'] as const)('what was written outlives a %s, and the connection finds it again', async (signal) => {
  server = await startPrivateRedis({ dataDir: join(folder, 'data') });
  redis = await connectRedis(server.endpoint);
  await redis.set('kept', 'yes');
  const first = server.pid;
  await server.stop(signal);
  expect(isAlive(first)).toBe(false);
  await server.restart();
  expect(server.pid).not.toBe(first);
  await eventually('the value', async () => (await redis?.get('kept')) === 'yes');
});

test('the data stay for the next start where they were given a folder, and go where they were not', async () => {
  const dataDir = join(folder, 'data');
  server = await startPrivateRedis({ dataDir });
  redis = await connectRedis(server.endpoint);
  await redis.set('kept', 'yes');
  redis.destroy();
  await server.close();

  server = await startPrivateRedis({ dataDir });
  redis = await connectRedis(server.endpoint);
  expect(await redis.get('kept')).toBe('yes');
  redis.destroy();
  await server.close();

  server = await startPrivateRedis();
  redis = await connectRedis(server.endpoint);
  await redis.set('kept', 'no');
  const socketDir = dirname(server.endpoint.path);
  expect(await readdir(socketDir)).toContain('appendonlydir');
  await server.close();
  expect(existsSync(socketDir)).toBe(false);
});

test('closing leaves neither process nor socket, also twice and also after a crash', async () => {
  server = await startPrivateRedis();
  const { pid, endpoint } = server;
  await server.stop('SIGKILL');
  await server.close();
  await server.close();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(dirname(endpoint.path))).toBe(false);
});

test('without a server binary it says what to install', async () => {
  expect(findRedisServer(folder)).toBeNull();
  await expect(startPrivateRedis({ binary: findRedisServer(folder) })).rejects.toMatchObject({
    code: 'no_redis_server',
    message: expect.stringContaining('apt install redis-server'),
  });
});

test('a server that ends at once is reported with its own words and leaves nothing behind', async () => {
  const binary = join(folder, 'redis-server');
  await writeFile(binary, `#!/bin/sh\nprintf '%s\n' "$@" > ${join(folder, 'args')}\necho "cannot do that" >&2\nexit 1\n`, { mode: 0o755 });
  await expect(startPrivateRedis({ binary })).rejects.toThrow(/ended at once: cannot do that/);
  const socket = (await readFile(join(folder, 'args'), 'utf8')).split('\n').find((arg) => arg.endsWith('.sock'));
  expect(existsSync(dirname(socket ?? folder))).toBe(false);
  await expect(startPrivateRedis({ binary: join(folder, 'missing') })).rejects.toThrow(/ENOENT/);
});

test('a Redis that is not there is told at once, with the way out and without a password', async () => {
  const endpoint = { kind: 'url', url: 'redis://user:hidden@127.0.0.1:1/0' } as const;
  const told = await connectRedis(endpoint).catch((error: unknown) => error);
  expect(told).toBeInstanceOf(RedisUnreachableError);
  expect(String(told)).toMatch(/127\.0\.0\.1:1\/0.*REDIS_URL/);
  expect(String(told)).not.toContain('hidden');
});

test('a command fails soon while Redis is away instead of waiting for it', async () => {
  server = await startPrivateRedis();
  const lost: Error[] = [];
  redis = await connectRedis(server.endpoint, (error) => lost.push(error));
  await server.stop('SIGKILL');
  await eventually('the loss', () => lost.length > 0);
  await expect(redis.get('x')).rejects.toThrow(/offline|closed/);
});

test('a configured Redis is used unasked; else the published private one while it answers', async () => {
  const unset = { kind: 'unset', db: 0, password: null } as const;
  const configured = { kind: 'url', url: 'redis://127.0.0.1:1' } as const;
  expect(await discoverRedis(configured, folder)).toEqual(configured);

  server = await startPrivateRedis();
  const withdraw = await publishPrivateRedis(folder, server.endpoint.path);
  expect(await discoverRedis(unset, folder)).toEqual(server.endpoint);
  await server.stop('SIGKILL');
  expect(await discoverRedis(unset, folder)).not.toEqual(server.endpoint);
  await withdraw();
  expect(await readdir(folder)).toEqual([]);
});

test('one that wants a password or has too few databases counts as there for those alone who can use it', async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.endpoint);
  expect(await answersPing(server.endpoint)).toBe(true);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  await redis.configSet({ port: String(port) });
  const at = { kind: 'host', host: '127.0.0.1', port } as const;
  expect(await answersPing({ ...at, db: 3, password: null })).toBe(true);
  expect(await answersPing({ ...at, db: 300, password: null })).toBe(false);
  await redis.configSet({ requirepass: 'ein \r\n Wört' });
  expect(await answersPing({ ...at, db: 0, password: null })).toBe(false);
  expect(await answersPing({ ...at, db: 0, password: 'another' })).toBe(false);
  expect(await answersPing({ ...at, db: 3, password: 'ein \r\n Wört' })).toBe(true);
});

test('whoever takes its socket back does not take back another’s', async () => {
  const withdrawOld = await publishPrivateRedis(folder, '/tmp/old.sock');
  await publishPrivateRedis(folder, '/tmp/new.sock');
  await withdrawOld();
  expect(await readdir(folder)).toEqual(['redis-socket']);
});
