import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Bell, createBell } from '../redis/doorbell.js';
import { keys } from '../redis/keys.js';
import { type News, subscribeNews } from '../redis/news.js';
import { createTaskStore, type TaskStore } from '../redis/store.js';
import { eventually } from '../testing/eventually.js';
import { AT, event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import type { CallContext } from './deps.js';
import { pause } from './pause.js';
import { resume } from './resume.js';

const at = useRedis();
const BY: CallContext = { sessionId: 's1', channel: 'cli' };
const claim = { as: { role: 'claim', nonce: 'first' }, events: [event('task.claimed')] } as const;
let store: TaskStore;
let news: News;
let bell: Bell;
beforeEach(async () => {
  store = createTaskStore(at.redis);
  news = await subscribeNews(at.redis);
  bell = createBell(at.server.endpoint);
  await store.create('a7f3', event('task.queued'));
});
afterEach(() => Promise.all([news.close(), bell.close()]));

const clock = () => AT + 5;
const paused = (through = store) => pause({ store: through, news, clock }, { task_id: 'a7f3' }, BY);

test('a task whose worker is gone is paused at once, and a worker that was only taken for dead cannot come back to it', async () => {
  await store.commit('a7f3', claim);
  await at.redis.hSet(keys.task('a7f3'), 'lease', '1');
  expect(await paused()).toMatchObject({ ok: true, status: 'paused' });
  expect(await store.renew('a7f3', 'first', { workedMs: 1, outageMs: 0 })).toBe(false);
  const late = { as: { role: 'owner', nonce: 'first' }, events: [event('command.intended')] } as const;
  expect(await store.commit('a7f3', late)).toEqual({ kind: 'fenced' });
  // Its death is still to be counted, and what it left to be killed.
  expect((await store.read('a7f3'))?.worker).not.toBeNull();
});

test('a task that is claimed in that very moment is not paused behind the back of its worker, but asked to', async () => {
  const claimedMeanwhile: TaskStore = {
    ...store,
    async isHeld(id) {
      const isHeld = await store.isHeld(id);
      await store.commit('a7f3', claim);
      return isHeld;
    },
  };
  expect(await paused(claimedMeanwhile)).toMatchObject({ ok: true, status: 'pausing' });
  expect(await store.read('a7f3')).toMatchObject({ state: 'started', pauseRequested: true });
});

test('"paused" is said as soon as the worker has paused it', async () => {
  await store.commit('a7f3', claim);
  const answer = paused();
  await eventually('the wish', async () => (await store.read('a7f3'))?.pauseRequested === true);
  const taken = [event('task.paused', { attempt: 1 }), event('task.released')];
  await store.commit('a7f3', { as: { role: 'owner', nonce: 'first' }, events: taken, release: true });
  expect(await answer).toMatchObject({ ok: true, status: 'paused', text: 'Task a7f3 paused, sir.' });
});

test('another task may work in the project of a paused one, and that waits for it after its resume', async () => {
  await store.commit('a7f3', claim);
  await at.redis.hSet(keys.task('a7f3'), 'lease', '1');
  await paused();
  await store.create('c2c2', event('task.queued'));
  const other = await store.commit('c2c2', { as: { role: 'claim', nonce: 'other' }, events: [event('task.claimed')] });
  expect(other.kind).toBe('committed');
  expect(await resume({ redis: at.redis, store, bell, clock }, { task_id: 'a7f3' }, BY)).toMatchObject({ ok: true, status: 'resumed' });
  const again = { as: { role: 'claim', nonce: 'second' }, events: [event('task.claimed', { attempt: 2 })] } as const;
  expect(await store.commit('a7f3', again)).toEqual({ kind: 'behind', id: 'c2c2' });
});

test('a resume rings for a worker', async () => {
  await paused();
  await resume({ redis: at.redis, store, bell, clock }, { task_id: 'a7f3' }, BY);
  await eventually('the ring', async () => (await at.redis.lLen('bq:tars_programming:waiting')) > 0);
  expect(await at.redis.lRange('bq:tars_programming:waiting', 0, -1)).toEqual(['a7f3.1']);
});
