import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRedactor } from '@tars/core';
import { parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { alive, connectRedis, discoverRedis, keys, publishPrivateRedis, startPrivateRedis } from '@tars/core/redis';
import { startTestRedis, type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { type Embedded, type EmbedOptions, startEmbedded } from './embedded.js';

const logger = createLogger({ service: 'test', level: 'error', format: 'json', redact: createRedactor([]), stream: process.stdout });
const ALL = ['api', 'worker', 'notifier'] as const;

let dir: TempDir;
const running: Embedded[] = [];
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((embedded) => embedded.close()));
  await dir.remove();
});

async function embed(options: Partial<EmbedOptions> = {}, settings: Record<string, string> = {}): Promise<Embedded> {
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    TARS_STATE_DIR: join(dir.path, 'state'),
    PROJECTS_ROOT: dir.path,
    WEBHOOK_PORT: '0',
    CONFIRMATION_CODE: '4719',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    LOG_LEVEL: 'error',
    ...settings,
  };
  const parsed = parseConfig(env);
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const embedded = await startEmbedded({ env, config: parsed.config, endpoint: null, parts: ALL, logger, ...options });
  running.push(embedded);
  return embedded;
}

/** Processes of that kind that this process has started, itself or through its children. */
async function children(command: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').flatMap((row) => {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return args === undefined ? [] : [{ pid: Number(pid), ppid: Number(ppid), args }];
  });
  return rows.filter(({ ppid, args }) => ppid === process.pid && args.includes(command)).map(({ pid }) => pid);
}

const redisPid = async ({ redis }: Embedded): Promise<number> => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);

test('all parts serve when it resolves, this user finds the private Redis, and nothing is left after close', async () => {
  const embedded = await embed();
  const { redis, api, endpoint } = embedded;
  expect((await fetch(`${api?.url}/readyz`)).status).toBe(200);
  expect(await alive(redis, 'worker')).toMatchObject([{ roots: [dir.path], key: true }]);
  expect(await alive(redis, 'notifier')).toHaveLength(1);
  expect(await discoverRedis({ kind: 'unset', db: 0, password: null }, join(dir.path, 'state'))).toStrictEqual(endpoint);
  expect(await children('tars-worker')).toHaveLength(1);
  expect(await children('redis-server')).toHaveLength(1);

  await embedded.close();
  expect(await children('tars-worker')).toStrictEqual([]);
  expect(await children('redis-server')).toStrictEqual([]);
  await expect(fetch(`${api?.url}/readyz`)).rejects.toThrow();
}, 20_000);

test('at the end updates are waited for, but not those of a way out that leads nowhere', async () => {
  const lasts = async (channel: 'n8n' | 'discord'): Promise<number> => {
    const embedded = await embed({ parts: ['notifier'] }, { N8N_WEBHOOK_URL: 'http://127.0.0.1:1/' });
    await embedded.redis.zAdd(keys.outbox(channel), { score: Date.now() + 60_000, value: 'a7f3' });
    const start = performance.now();
    await embedded.close();
    return performance.now() - start;
  };
  expect(await lasts('discord')).toBeLessThan(2_900);
  expect(await lasts('n8n')).toBeGreaterThan(2_900);
}, 20_000);

test('a worker that dies is started again', async () => {
  const { redis } = await embed({ parts: ['worker'] });
  const [first] = await alive(redis, 'worker');
  const [pid] = await children('tars-worker');
  process.kill(pid ?? 0, 'SIGKILL');
  await waitUntil(async () => (await alive(redis, 'worker')).some(({ id }) => id !== first?.id), {
    timeoutMs: 15_000,
    what: 'another worker',
  });
}, 30_000);

test('a private Redis that dies comes back with what it held', async () => {
  const embedded = await embed({ parts: [] });
  const { redis, store } = embedded;
  await redis.set('kept', 'yes');
  process.kill(await redisPid(embedded), 'SIGKILL');
  expect(await waitUntil(() => redis.get('kept'), { timeoutMs: 10_000, what: 'the private Redis' })).toBe('yes');
  expect(await store.list()).toStrictEqual([]);
}, 20_000);

test('when one part cannot start, those before it are ended again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(embed({}, { WEBHOOK_PORT: String(port) })).rejects.toMatchObject({ code: 'cannot_listen' });
  taken.close();
  expect(await children('tars-worker')).toStrictEqual([]);
  expect(await children('redis-server')).toStrictEqual([]);
}, 20_000);

test("somebody else's Redis is used and left running", async () => {
  const other = await startTestRedis();
  const embedded = await embed({ endpoint: other.endpoint, parts: ['worker'] });
  expect(await alive(embedded.redis, 'worker')).toHaveLength(1);
  await embedded.close();
  const again = await embed({ endpoint: other.endpoint, parts: [] });
  expect(await again.redis.ping()).toBe('PONG');
  await again.close();
  await other.close();
}, 20_000);

test('what will not work as one might expect is said', async () => {
  const { warnings } = await embed({ parts: ['api', 'notifier'] }, { CONFIRMATION_CODE: '' });
  expect(warnings).toStrictEqual([
    expect.stringMatching(/Only direct requests from this machine.*WEBHOOK_TOKEN.*API_TOKEN/),
    expect.stringContaining('N8N_WEBHOOK_URL'),
    expect.stringContaining('CONFIRMATION_CODE'),
  ]);
});

test('the private Redis that a killed host left running is taken over, and ended at the close', async () => {
  const stateDir = join(dir.path, 'state');
  const left = await startPrivateRedis({ dataDir: join(stateDir, 'redis') });
  try {
    await publishPrivateRedis(stateDir, left.endpoint.path);
    const embedded = await embed({ endpoint: left.endpoint, parts: [] });
    await embedded.close();
    await expect(connectRedis(left.endpoint)).rejects.toThrow(/does not answer/);
  } finally {
    await left.close();
  }
});

test('a private Redis that another host is in charge of is used and left running', async () => {
  const first = await embed({ parts: [] });
  const second = await embed({ endpoint: first.endpoint, parts: [] });
  await second.close();
  expect(await first.redis.ping()).toBe('PONG');
});
