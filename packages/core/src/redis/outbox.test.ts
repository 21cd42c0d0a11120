import { beforeEach, expect, test } from '@jest/globals';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { createOutbox, type Outbox } from './outbox.js';
import { createTaskStore, type TaskStore } from './store.js';

const HOLD_MS = 30_000;
const at = useRedis();
let store: TaskStore;
let outbox: Outbox;
beforeEach(() => {
  store = createTaskStore(at.redis);
  outbox = createOutbox(at.redis, 'n8n');
});

const create = (id = 'a7f3') => store.create(id, event('task.queued', { project: `/home/me/${id}` }));
const tell = (id = 'a7f3') => store.commit(id, { as: { role: 'outsider' }, events: [event('notice.given')] });
/** As if the time a taker may be silent were over. */
const fallDue = (id = 'a7f3') => at.redis.zAdd(keys.outbox('n8n'), { score: 1, value: id });

test('a task with news is taken by one relay, from its beginning', async () => {
  await create();
  const taken = await Promise.all([outbox.take(HOLD_MS), createOutbox(at.redis, 'n8n').take(HOLD_MS)]);
  expect(taken.filter((task) => task !== null)).toEqual([{ taskId: 'a7f3', cursor: 0, until: null }]);
});

test('each channel is told for itself', async () => {
  await create();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 0, until: null });
  expect(await createOutbox(at.redis, 'voice').take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 0, until: null });
});

test('the task that has waited longest comes first, and one that is slow holds up no other', async () => {
  await create('old');
  await create('new');
  await fallDue('old');
  expect(await outbox.take(HOLD_MS)).toMatchObject({ taskId: 'old' });
  expect(await outbox.take(HOLD_MS)).toMatchObject({ taskId: 'new' });
  expect(await outbox.take(HOLD_MS)).toBeNull();
});

test('a task told to its end is let go until there is more', async () => {
  await create();
  await outbox.take(HOLD_MS);
  await outbox.advance('a7f3', 1, HOLD_MS);
  await outbox.settle('a7f3', 1);
  expect(await outbox.take(HOLD_MS)).toBeNull();
  expect(await outbox.nextDue()).toBeNull();
  await tell();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 1, until: null });
});

test('news that comes while a task is being told is not lost: letting go makes it due at once', async () => {
  await create();
  await outbox.take(HOLD_MS);
  await outbox.advance('a7f3', 1, HOLD_MS);
  await tell();
  expect(await outbox.take(HOLD_MS)).toBeNull();
  await outbox.settle('a7f3', 1);
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 1, until: null });
});

test('what a relay that died was telling falls to the next, from the last thing delivered', async () => {
  await create();
  await tell();
  await tell();
  await outbox.take(HOLD_MS);
  await outbox.advance('a7f3', 2, HOLD_MS);
  expect(await outbox.take(HOLD_MS)).toBeNull();
  await fallDue();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 2, until: null });
});

test('a taken task is due again when its taker may have been silent too long, by the clock of Redis', async () => {
  await create();
  const before = Date.now();
  await outbox.take(HOLD_MS);
  const due = (await outbox.nextDue()) ?? 0;
  expect(due).toBeGreaterThanOrEqual(before + HOLD_MS - 1);
  expect(due).toBeLessThanOrEqual(Date.now() + HOLD_MS + 1);
});

test('a task put off is not due before its time, news or not', async () => {
  await create();
  await outbox.take(HOLD_MS);
  await outbox.postpone('a7f3', 60_000);
  await tell();
  expect(await outbox.take(HOLD_MS)).toBeNull();
  expect(await outbox.nextDue()).toBeGreaterThan(Date.now() + 50_000);
});

test('what was refused for good can be looked up, newest first', async () => {
  const mark = (seq: number) => ({ taskId: 'a7f3', seq, status: 400, at: 1_000 + seq });
  await outbox.refuse(mark(1));
  await outbox.refuse(mark(2));
  expect(await outbox.refusals()).toEqual([mark(2), mark(1)]);
  expect(await outbox.refusals(1)).toEqual([mark(2)]);
  expect(await createOutbox(at.redis, 'voice').refusals()).toEqual([]);
});

test('a place that was told is never told back: one who lost the task meanwhile changes nothing', async () => {
  await create();
  await tell();
  await tell();
  await outbox.advance('a7f3', 3, HOLD_MS);
  await outbox.advance('a7f3', 2, HOLD_MS);
  expect(await outbox.join('a7f3', 2, 3)).toBe(false);
  await fallDue();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 3, until: null });
});

test('what was begun to be told as one is repeated as one, and then forgotten', async () => {
  await create();
  for (let seq = 2; seq <= 9; seq++) await tell();
  await outbox.advance('a7f3', 2, HOLD_MS);
  expect(await outbox.join('a7f3', 2, 7)).toBe(true);
  await fallDue();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 2, until: 7 });
  await outbox.advance('a7f3', 7, HOLD_MS);
  await fallDue();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 7, until: null });
});

test('of a task that is gone nothing is kept, whatever its teller still says', async () => {
  await create();
  await outbox.take(HOLD_MS);
  await outbox.fail('a7f3');
  await at.redis.flushAll();
  await outbox.advance('a7f3', 1, HOLD_MS);
  await outbox.postpone('a7f3', 5);
  await outbox.settle('a7f3', 1);
  expect(await at.redis.keys('*')).toEqual([]);
});

test('a task whose telling is given up waits for news, with a mark, and starts counting anew', async () => {
  await create();
  expect([await outbox.fail('a7f3'), await outbox.fail('a7f3')]).toEqual([1, 2]);
  await outbox.setAside({ taskId: 'a7f3', seq: 1, status: null, at: 1_000 });
  expect(await outbox.nextDue()).toBeNull();
  expect(await outbox.refusals()).toEqual([{ taskId: 'a7f3', seq: 1, status: null, at: 1_000 }]);
  await tell();
  expect(await outbox.take(HOLD_MS)).toMatchObject({ taskId: 'a7f3' });
  expect(await outbox.fail('a7f3')).toBe(1);
});

test('the backlog counts the tasks that wait, since their first untold event', async () => {
  expect(await outbox.backlog()).toEqual({ tasks: 0, oldestAt: null, refusals: 0 });
  await store.create('a7f3', event('task.queued', {}, 1_000));
  await store.create('c2c2', event('task.queued', { project: '/home/me/other' }, 2_000));
  expect(await outbox.backlog()).toEqual({ tasks: 2, oldestAt: 1_000, refusals: 0 });
  await outbox.settle('a7f3', 1);
  await outbox.refuse({ taskId: 'a7f3', seq: 1, status: 400, at: 1 });
  expect(await outbox.backlog()).toEqual({ tasks: 1, oldestAt: 2_000, refusals: 1 });
});
