import { expect, test } from '@jest/globals';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { alive, announce, PRESENCE_MS, type WorkerPresence, withdraw } from './presence.js';

const at = useRedis();

const worker = (id: string): WorkerPresence => ({
  id,
  host: 'desk',
  pool: '',
  roots: ['/home/me'],
  slots: 2,
  busy: 0,
  sandbox: 'bubblewrap',
  key: true,
  model: 'claude',
});

test('whoever announced itself is alive, each in its own role', async () => {
  await announce(at.redis, 'worker', worker('w1'));
  await announce(at.redis, 'worker', worker('w2'));
  await announce(at.redis, 'notifier', { id: 'n1', host: 'desk', delivers: true });
  expect((await alive(at.redis, 'worker')).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([worker('w1'), worker('w2')]);
  expect(await alive(at.redis, 'notifier')).toEqual([{ id: 'n1', host: 'desk', delivers: true }]);
});

test('what was said last counts', async () => {
  await announce(at.redis, 'worker', worker('w1'));
  await announce(at.redis, 'worker', { ...worker('w1'), busy: 2 });
  expect(await alive(at.redis, 'worker')).toEqual([{ ...worker('w1'), busy: 2 }]);
});

test('silence ends it: what was said expires', async () => {
  await announce(at.redis, 'worker', worker('w1'));
  const left = await at.redis.pTTL(keys.presence('worker', 'w1'));
  expect(left).toBeGreaterThan(PRESENCE_MS - 2_000);
  expect(left).toBeLessThanOrEqual(PRESENCE_MS);
  await at.redis.pExpire(keys.presence('worker', 'w1'), 0);
  expect(await alive(at.redis, 'worker')).toEqual([]);
});

test('whoever withdraws is gone at once', async () => {
  await announce(at.redis, 'worker', worker('w1'));
  await withdraw(at.redis, 'worker', 'w1');
  expect(await alive(at.redis, 'worker')).toEqual([]);
});
