import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { announce, connectRedis, createTaskStore, type Redis, type TaskStore } from '@tars/core/redis';
import { startTestRedis, type TestRedis } from '@tars/testkit';
import { createQueueNotices, type QueueNotices } from './queue-notices.js';

let server: TestRedis;
let redis: Redis;
let store: TaskStore;
let notices: QueueNotices;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connectRedis(server.endpoint);
});
afterAll(async () => {
  redis.destroy();
  await server.close();
});
beforeEach(async () => {
  await redis.flushDb();
  store = createTaskStore(redis);
  notices = createQueueNotices({ store, redis, pool: '' });
});

let accepted = 0;
const queue = (id: string) =>
  store.create(id, {
    type: 'task.queued',
    at: ++accepted,
    goal: 'tidy up',
    project: `/home/me/${id}`,
    sessionId: 's',
    owner: 'owner',
    pool: '',
    verbose: true,
    limits: { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 },
    channel: 'voice',
  });
const worker = (id: string, busy: number, pool = '') =>
  announce(redis, 'worker', { id, host: 'h', pool, roots: ['/'], slots: 2, busy, sandbox: 'none', key: true, model: 'm' });
const told = async (id: string) =>
  (await store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [`${event.notice}: ${event.text}`] : []));

test('a task whose project is busy is told of once, whoever finds out and however often', async () => {
  await queue('a7f3');
  const second = createQueueNotices({ store, redis, pool: '' });
  await Promise.all([notices.behind('a7f3', 'c2k9'), second.behind('a7f3', 'c2k9')]);
  await notices.behind('a7f3', 'f4f4');
  expect(await told('a7f3')).toEqual(['queued_behind: Task #a7f3 is queued behind #c2k9, which works in the same project.']);
  expect(await store.read('a7f3')).toMatchObject({ state: 'queued', attempt: 0 });
});

test('where every worker is busy each waiting task is told how many are before it', async () => {
  await queue('a7f3');
  await queue('c2k9');
  await worker('w1', 2);
  await worker('other pool', 0, 'gpu');
  await notices.full();
  await notices.full();
  expect(await told('a7f3')).toEqual(['queued_behind: Task #a7f3 is queued behind 2 other tasks, because every worker is busy.']);
  expect(await told('c2k9')).toEqual(['queued_behind: Task #c2k9 is queued behind 3 other tasks, because every worker is busy.']);
  await queue('f4f4');
  await notices.full();
  expect(await told('f4f4')).toHaveLength(1);
});

test('while another worker of the pool has a place nobody is told to wait', async () => {
  await queue('a7f3');
  await worker('w1', 2);
  await worker('w2', 1);
  await notices.full();
  expect(await told('a7f3')).toEqual([]);
});
