import { beforeEach, expect, test } from '@jest/globals';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { followTask } from './follow-task.js';
import { keys } from './keys.js';
import { subscribeNews } from './news.js';
import { createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
beforeEach(async () => {
  store = createTaskStore(at.redis);
  await store.create('a7f3', event('task.queued'));
});

/** What a newer version would write, and what nobody would. */
async function strange(): Promise<void> {
  await at.redis.xAdd(keys.events('a7f3'), '2-0', { event: '{"type":"task.teleported","at":1}' });
  await at.redis.xAdd(keys.events('a7f3'), '3-0', { event: '{"type":' });
  await at.redis.xAdd(keys.events('a7f3'), '4-0', { other: 'field' });
  await at.redis.hSet(keys.task('a7f3'), 'seq', '4');
}

test('what this version cannot read hides nothing of what it can, and keeps its place for who must account for it', async () => {
  await strange();
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [event('task.cancelled')] });
  expect((await store.events('a7f3')).map(({ seq, event: { type } }) => [seq, type])).toEqual([
    [1, 'task.queued'],
    [5, 'task.cancelled'],
  ]);
  expect((await store.entries('a7f3', 1, 3)).map(({ seq, event }) => [seq, event])).toEqual([
    [2, null],
    [3, null],
    [4, null],
  ]);
});

test('a follower goes past it to the end', async () => {
  await strange();
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [event('task.cancelled')] });
  const news = await subscribeNews(at.redis);
  const seen: number[] = [];
  for await (const { seq } of followTask({ store, news }, { id: 'a7f3', signal: AbortSignal.timeout(5_000) })) seen.push(seq);
  await news.close();
  expect(seen).toEqual([1, 5]);
});

test('a task that cannot be read keeps nobody from seeing the others', async () => {
  await store.create('c2c2', event('task.queued', { project: '/home/me/other' }));
  await at.redis.hSet(keys.task('a7f3'), 'limits', '{');
  expect((await store.list()).map(({ id }) => id)).toEqual(['c2c2']);
  expect((await store.open({ limit: 10 })).tasks.map(({ id }) => id)).toEqual(['c2c2']);
});
