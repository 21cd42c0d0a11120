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
  expect(taken.filter((task) => task !== null)).toEqual([{ taskId: 'a7f3', cursor: 0 }]);
});

test('each channel is told for itself', async () => {
  await create();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 0 });
  expect(await createOutbox(at.redis, 'voice').take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 0 });
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
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 1 });
});

test('news that comes while a task is being told is not lost: letting go makes it due at once', async () => {
  await create();
  await outbox.take(HOLD_MS);
  await outbox.advance('a7f3', 1, HOLD_MS);
  await tell();
  expect(await outbox.take(HOLD_MS)).toBeNull();
  await outbox.settle('a7f3', 1);
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 1 });
});

test('what a relay that died was telling falls to the next, from the last thing delivered', async () => {
  await create();
  await tell();
  await tell();
  await outbox.take(HOLD_MS);
  await outbox.advance('a7f3', 2, HOLD_MS);
  expect(await outbox.take(HOLD_MS)).toBeNull();
  await fallDue();
  expect(await outbox.take(HOLD_MS)).toEqual({ taskId: 'a7f3', cursor: 2 });
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
