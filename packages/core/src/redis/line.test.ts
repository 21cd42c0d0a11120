import { beforeEach, expect, test } from '@jest/globals';
import { event, type SAMPLES } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
let accepted = 0;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const create = (id: string, facts: Partial<(typeof SAMPLES)['task.queued']> = {}) =>
  store.create(id, event('task.queued', { project: `/home/me/${id}`, ...facts }, ++accepted));
const claim = (id: string) => store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed', { attempt: 1 })] });

test('a long line is looked at in pieces, and none is left out or told twice', async () => {
  for (const id of ['a1', 'b2', 'c3', 'd4', 'e5']) await create(id);
  await claim('b2');
  const first = await store.line('', { most: 2 });
  expect(first).toMatchObject({ free: ['a1', 'c3'], next: 3 });
  const second = await store.line('', { from: first.next, most: 2 });
  expect(second).toMatchObject({ free: ['d4', 'e5'], next: 5 });
  expect(await store.line('', { from: second.next, most: 2 })).toEqual({ next: 0, free: [], behind: [], untold: [] });
});

test('what must wait for another task in its project is in nobody’s way, and its owner is told once', async () => {
  await create('works', { project: '/home/me/a' });
  await create('same', { project: '/home/me/a' });
  await create('below', { project: '/home/me/a/b' });
  await create('above', { project: '/home/me' });
  await create('aside', { project: '/home/me/ab' });
  await create('apart', { project: '/home/me/a', isolate: true });
  await claim('works');
  const { free, behind } = await store.line('');
  expect(free).toEqual(['aside', 'apart']);
  expect(behind).toEqual(['same', 'below', 'above'].map((id) => ({ id, otherId: 'works' })));
  const told = event('notice.given', { notice: 'queued_behind', text: 'It waits.' });
  await store.commit('same', { as: { role: 'outsider' }, events: [told] });
  expect((await store.line('')).behind.map(({ id }) => id)).toEqual(['below', 'above']);
  await store.commit('works', { as: { role: 'outsider' }, events: [event('task.cancelled')] });
  expect((await store.line('')).free).toEqual(['same', 'below', 'above', 'aside', 'apart']);
});

test('a task that was let go of comes back to its own project', async () => {
  await create('a7f3');
  await claim('a7f3');
  await store.commit('a7f3', { as: { role: 'owner', nonce: 'n' }, events: [event('task.released')], release: true });
  expect((await store.line('')).free).toEqual(['a7f3']);
});

test('how many wait before a task counts neither those at work nor those of another pool', async () => {
  for (const id of ['a1', 'b2', 'c3']) await create(id);
  await create('other', { pool: 'gpu' });
  await create('d4');
  await claim('b2');
  expect(Object.fromEntries(await store.placesIn('', ['a1', 'd4', 'other']))).toEqual({ a1: 0, d4: 2 });
  expect([await store.isHeld('b2'), await store.isHeld('a1')]).toEqual([true, false]);
  await at.redis.hSet(keys.task('b2'), 'lease', '1');
  expect(await store.isHeld('b2')).toBe(false);
});

test('a paused task leaves the line, and comes back to its old place when it is resumed', async () => {
  for (const id of ['a1', 'b2', 'c3']) await create(id);
  const by = { as: { role: 'outsider' } } as const;
  await store.commit('b2', { ...by, events: [event('pause.requested'), event('task.paused', { attempt: 0 })] });
  expect(await at.redis.zRange(keys.line(''), 0, -1)).toEqual(['a1', 'c3']);
  await store.commit('b2', { ...by, events: [event('task.resumed')] });
  expect((await store.line('')).free).toEqual(['a1', 'b2', 'c3']);
});
