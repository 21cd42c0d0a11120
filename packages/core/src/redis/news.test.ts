import { afterEach, expect, test } from '@jest/globals';
import { deferred } from '../deferred.js';
import { eventually } from '../testing/eventually.js';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { type Hint, type News, subscribeNews } from './news.js';
import { createTaskStore } from './store.js';

const at = useRedis();
let news: News | null = null;
afterEach(() => news?.close());

test('every commit is hinted at with its task and its last sequence', async () => {
  news = await subscribeNews(at.redis);
  const heard: Hint[] = [];
  news.listen((hint) => heard.push(hint));
  const store = createTaskStore(at.redis);
  await store.create('a7f3', event('task.queued'));
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [event('notice.given'), event('notice.given')] });
  await eventually('two hints', () => heard.length === 2);
  expect(heard).toEqual([
    { taskId: 'a7f3', seq: 1 },
    { taskId: 'a7f3', seq: 3 },
  ]);
});

test('a change of the transcript alone is no news', async () => {
  news = await subscribeNews(at.redis);
  const heard: Hint[] = [];
  news.listen((hint) => heard.push(hint));
  const store = createTaskStore(at.redis);
  await store.create('a7f3', event('task.queued'));
  await store.commit('a7f3', { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed')] });
  await store.commit('a7f3', { as: { role: 'owner', nonce: 'n' }, events: [], records: [{ kind: 'note', turn: 1, text: 'x' }] });
  await store.commit('a7f3', { as: { role: 'owner', nonce: 'n' }, events: [event('notice.given')] });
  await eventually('the last hint', () => heard.at(-1)?.seq === 3);
  expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('each listener hears until it stops listening', async () => {
  news = await subscribeNews(at.redis);
  const heard: string[] = [];
  const second = deferred<void>();
  const stop = news.listen(({ taskId }) => heard.push(`gone ${taskId}`));
  news.listen(({ taskId }) => {
    heard.push(`stays ${taskId}`);
    stop();
    if (taskId === 'c2c2') second.resolve();
  });
  await at.redis.publish('tars:news', 'a7f3:1');
  await at.redis.publish('tars:news', 'c2c2:1');
  await second.promise;
  expect(heard).toEqual(['gone a7f3', 'stays a7f3', 'stays c2c2']);
});

test('news is heard again after Redis was away', async () => {
  const lost: Error[] = [];
  news = await subscribeNews(at.redis, (error) => lost.push(error));
  const heard: Hint[] = [];
  news.listen((hint) => heard.push(hint));
  await at.server.stop('SIGKILL');
  await at.server.restart();
  await eventually('a subscriber', async () => (await at.redis.pubSubNumSub('tars:news'))['tars:news'] === 1);
  await at.redis.publish('tars:news', 'a7f3:9');
  await eventually('the hint', () => heard.length === 1);
  expect(heard).toEqual([{ taskId: 'a7f3', seq: 9 }]);
  expect(lost.length).toBeGreaterThan(0);
});
