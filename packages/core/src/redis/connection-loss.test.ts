import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { connectRedis } from './connect.js';
import { isConnectionLoss, redisTrouble } from './connection-loss.js';
import { createOutbox } from './outbox.js';
import { startPrivateRedis } from './private-redis.js';
import { createTaskStore } from './store.js';

const at = useRedis();
afterEach(async () => {
  await at.redis.configSet({ maxmemory: '0', 'min-replicas-to-write': '0' });
  await at.redis.sendCommand(['REPLICAOF', 'NO', 'ONE']);
});

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const accept = () => createTaskStore(at.redis).create('a7f3', event('task.queued'));

const UNFIT = [
  ['out of memory', () => at.redis.configSet('maxmemory', '1'), /out of memory.*tars purge/],
  ['a read-only replica', () => at.redis.sendCommand(['REPLICAOF', '127.0.0.1', '1']), /read-only replica/],
  ['without its replicas', () => at.redis.configSet('min-replicas-to-write', '1'), /replicas/],
] as const;

test.each(UNFIT)('a Redis that is unfit (%s) takes nothing, says why, and takes it once it is well', async (_, spoil, sentence) => {
  await spoil();
  const failures = [
    await failureOf(accept()),
    await failureOf(createOutbox(at.redis, 'n8n').refuse({ taskId: 'a', seq: 1, status: 1, at: 1 })),
  ];
  for (const failure of failures) {
    expect(isConnectionLoss(failure)).toBe(true);
    expect(redisTrouble(failure)).toMatch(sentence);
  }
  expect(await at.redis.keys('*')).toEqual([]);
  await at.redis.configSet({ maxmemory: '0', 'min-replicas-to-write': '0' });
  await at.redis.sendCommand(['REPLICAOF', 'NO', 'ONE']);
  expect(await accept()).toMatchObject({ kind: 'created' });
});

test('a command that waited too long for its turn says that Redis is away', async () => {
  const many = Array.from({ length: 5_000 }, () => at.redis.withCommandOptions({ timeout: 1 }).ping());
  const failures = (await Promise.allSettled(many)).flatMap((done) => (done.status === 'rejected' ? [done.reason] : []));
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.map(isConnectionLoss)).not.toContain(false);
});

test('a mistake of ours is no trouble of Redis', async () => {
  await at.redis.set('tars:text', 'no list');
  const failure = await failureOf(at.redis.lRange('tars:text', 0, -1));
  expect(failure).toBeInstanceOf(Error);
  expect(redisTrouble(failure)).toBeNull();
  expect(redisTrouble(new Error('There is no room left in the mushroom'))).toBeNull();
});

test('a Redis that cannot write its disk takes nothing, and says so', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tars-data-'));
  const server = await startPrivateRedis({ dataDir });
  const redis = await connectRedis(server.endpoint);
  try {
    await redis.configSet('save', '3600 1');
    await rm(dataDir, { recursive: true });
    await redis.bgSave();
    await eventually('a failed save', async () => /rdb_last_bgsave_status:err/.test(await redis.info('persistence')));
    const failure = await failureOf(createTaskStore(redis).create('a7f3', event('task.queued')));
    expect(redisTrouble(failure)).toMatch(/cannot write to its disk/);
    await redis.configSet('stop-writes-on-bgsave-error', 'no');
    expect(await createTaskStore(redis).create('a7f3', event('task.queued'))).toMatchObject({ kind: 'created' });
  } finally {
    redis.destroy();
    await server.stop('SIGKILL');
    await server.close();
  }
});
