import { afterEach, expect, test } from '@jest/globals';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { isConnectionLoss, redisTrouble } from './connection-loss.js';
import { createOutbox } from './outbox.js';
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

test('a mistake of ours is no trouble of Redis', async () => {
  await at.redis.set('tars:text', 'no list');
  const failure = await failureOf(at.redis.lRange('tars:text', 0, -1));
  expect(failure).toBeInstanceOf(Error);
  expect(redisTrouble(failure)).toBeNull();
  expect(redisTrouble(new Error('There is no room left in the mushroom'))).toBeNull();
});
