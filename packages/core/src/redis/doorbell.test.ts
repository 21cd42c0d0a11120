import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Deferred, deferred } from '../deferred.js';
import { eventually } from '../testing/eventually.js';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { type Bell, createBell, type DoorbellListener, listenDoorbell, queueName, type Ring } from './doorbell.js';
import { createTaskStore } from './store.js';

const at = useRedis();
let bell: Bell;
let listeners: DoorbellListener[] = [];

beforeEach(() => {
  bell = createBell(at.server.endpoint);
});
afterEach(async () => {
  await Promise.all([bell.close(), ...listeners.map((listener) => listener.close())]);
  listeners = [];
});

const listen = (onRing: (ring: Ring) => Promise<void>, { pool = '', concurrency = 1 } = {}) => {
  const errors: Error[] = [];
  const { endpoint } = at.server;
  const listener = listenDoorbell({ endpoint, redis: at.redis, pool, concurrency, onRing, onError: (error) => errors.push(error) });
  listeners.push(listener);
  return { errors, listener };
};

/** A listener that takes note and is free again at once. */
const note = (pool = '') => {
  const heard: Ring[] = [];
  listen(async (ring) => void heard.push(ring), { pool });
  return heard;
};

test('the queue has the described name, other pools one of their own', () => {
  expect(queueName('')).toBe('tars_programming');
  expect(queueName('gpu')).toBe('tars_programming.gpu');
});

test('a ring is heard with its task and attempt', async () => {
  const heard = note();
  expect(await bell.ring('', { taskId: 'a7f3', attempt: 1 })).toBe(true);
  await eventually('the ring', () => heard.length === 1);
  expect(heard).toEqual([{ taskId: 'a7f3', attempt: 1 }]);
});

test('a ring before anybody listens is heard later', async () => {
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  const heard = note();
  await eventually('the ring', () => heard.length === 1);
});

test('each pool hears its own rings, and of several listeners one', async () => {
  const first = note();
  const second = note();
  const gpu = note('gpu');
  await bell.ring('gpu', { taskId: 'c2c2', attempt: 1 });
  for (let attempt = 1; attempt <= 6; attempt++) await bell.ring('', { taskId: 'a7f3', attempt });
  await eventually('all rings', () => first.length + second.length === 6 && gpu.length === 1);
  expect([...first, ...second].map(({ attempt }) => attempt).sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('at most as many rings are attended to as there are slots; a slot that gets free takes the next', async () => {
  const open: Deferred<void>[] = [];
  let most = 0;
  let busy = 0;
  let attended = 0;
  listen(
    async () => {
      most = Math.max(most, ++busy);
      attended++;
      const done = deferred<void>();
      open.push(done);
      await done.promise;
      busy--;
    },
    { concurrency: 2 },
  );
  for (let attempt = 1; attempt <= 5; attempt++) await bell.ring('', { taskId: 'a7f3', attempt });
  for (let expected = 2; expected <= 5; expected++) {
    await eventually(`ring ${expected}`, () => attended === expected);
    expect(await at.redis.lLen(`bq:${queueName('')}:waiting`)).toBe(5 - expected);
    open.shift()?.resolve();
  }
  for (const done of open) done.resolve();
  await eventually('free slots', () => busy === 0);
  expect(most).toBe(2);
});

test('a ring that could not be attended to is forgotten, and the next is heard', async () => {
  const heard: Ring[] = [];
  listen(async (ring) => {
    heard.push(ring);
    throw new Error('not now');
  });
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await bell.ring('', { taskId: 'c2c2', attempt: 1 });
  await eventually('both rings', () => heard.length === 2);
});

test('without the bell nothing is lost: every key of the queue deleted, the record still names the task', async () => {
  const store = createTaskStore(at.redis);
  for (const id of ['a7f3', 'c2c2']) {
    await store.create(id, event('task.queued', { project: `/home/me/${id}` }));
    await bell.ring('', { taskId: id, attempt: 1 });
  }
  const rings = await at.redis.keys('bq:*');
  expect(rings.length).toBeGreaterThan(0);
  await at.redis.del(rings);
  expect((await store.line('')).free).toEqual(['a7f3', 'c2c2']);
  for (const id of ['a7f3', 'c2c2']) {
    const claimed = await store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed')] });
    expect(claimed.kind).toBe('committed');
  }
});

test('a listener whose queue was deleted under it hears the next ring', async () => {
  const heard = note();
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the first ring', () => heard.length === 1);
  await at.redis.flushAll();
  await bell.ring('', { taskId: 'c2c2', attempt: 1 });
  await eventually('the second ring', () => heard.length === 2);
});

test('while Redis is away a ring says so soon and breaks nothing', async () => {
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await at.server.stop('SIGKILL');
  const before = Date.now();
  expect(await bell.ring('', { taskId: 'a7f3', attempt: 2 })).toBe(false);
  expect(Date.now() - before).toBeLessThan(4_000);
  await at.server.restart();
});

test('after a restart of Redis a bell and a listener of before work again', async () => {
  const heard = note();
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the first ring', () => heard.length === 1);
  await at.server.stop('SIGKILL');
  await at.server.restart();

  let attempt = 1;
  await eventually('a ring that gets through', () => bell.ring('', { taskId: 'a7f3', attempt: ++attempt }));
  await eventually('that ring', () => heard.some((ring) => ring.attempt === attempt));
});

test('after a restart of Redis a listener has a new queue, which taught the server its scripts', async () => {
  const taught = async () => /number_of_cached_scripts:[1-9]/.test(await at.redis.info('memory'));
  note();
  await eventually('the scripts', taught);
  await at.server.stop('SIGKILL');
  await at.server.restart();
  await eventually('the scripts again', taught);
});

test('a listener that began while Redis was away hears once it is back', async () => {
  await at.server.stop('SIGKILL');
  const heard: Ring[] = [];
  const { errors } = listen(async (ring) => void heard.push(ring));
  await eventually('an error told', () => errors.length > 0);
  await at.server.restart();
  let attempt = 0;
  await eventually('a ring that gets through', () => bell.ring('', { taskId: 'a7f3', attempt: ++attempt }));
  await eventually('that ring', () => heard.some((ring) => ring.attempt === attempt));
});

test('both close while Redis is away', async () => {
  const heard = note();
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the ring', () => heard.length === 1);
  await at.server.stop('SIGKILL');
  await Promise.all([bell.close(), ...listeners.map((listener) => listener.close())]);
  await at.server.restart();
});

test('a closed listener takes no ring away from those who still listen', async () => {
  const { listener } = listen(async () => {});
  await bell.ring('', { taskId: 'a7f3', attempt: 1 });
  await eventually('the queue taken up', async () => (await at.redis.lLen(`bq:${queueName('')}:waiting`)) === 0);
  await listener.close();
  await bell.ring('', { taskId: 'c2c2', attempt: 1 });
  const heard = note();
  await eventually('the ring', () => heard.length === 1);
});

test('a bell closed while it rings is heard all the same', async () => {
  const hasty = createBell(at.server.endpoint);
  const rung = hasty.ring('', { taskId: 'a7f3', attempt: 1 });
  await hasty.close();
  expect(await rung).toBe(true);
  const heard = note();
  await eventually('the ring', () => heard.length === 1);
});
