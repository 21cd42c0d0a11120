import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Phase } from '@tars/core';
import { connectRedis, keys } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { event } from './testing/story.js';
import { createWorld, edit, editing, type World } from './testing/world.js';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const STARTED = '🚀 Started background task #ID: build a calculator';
const started = (id: string) => STARTED.replace('ID', id);
const END = '🎉 Task complete!\nAll tests passed, code formatted and ready.';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('every event of a task is told in order, the last ones after its end included', async () => {
  const { startTask, happens, startRelay, idle, told } = world;
  await startTask('a7f3');
  await startRelay();
  for (const index of numbers(20)) await happens('a7f3', edit(index));
  await happens('a7f3', event('task.finished'));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing(...numbers(20)), END]);
});

test('what was written while no relay lived is told as soon as one does', async () => {
  const { startTask, happens, startRelay, idle, told } = world;
  await startTask('a7f3');
  await happens('a7f3', edit('before'), event('task.finished'));
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing('before'), END]);
});

test('a hint makes it quick: no event waits for the next look', async () => {
  const { startTask, happens, startRelay, idle, n8n } = world;
  await startTask('a7f3');
  await startRelay();
  await idle();
  const before = performance.now();
  await happens('a7f3', edit('now'));
  await n8n.waitFor(({ body }) => JSON.stringify(body).includes('Editing now'));
  expect(performance.now() - before).toBeLessThan(1_000);
});

test('of many messages told at once the place is not kept after each', async () => {
  const { startTask, happens, startRelay, idle, told, redis } = world;
  await startTask('a7f3');
  await happens('a7f3', ...numbers(60).map(edit));
  const scripts = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1]);
  const before = await scripts();
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing(...numbers(60))]);
  expect((await scripts()) - before).toBeLessThan(30);
});

test('while n8n is away nothing is lost, reordered or told twice', async () => {
  const { startTask, happens, startRelay, idle, told, ids, n8n } = world;
  await startTask('a7f3');
  await startTask('c2k9');
  await startRelay();
  await idle();
  n8n.faults({ status: 503 });
  await happens('a7f3', edit(1), edit(2));
  await waitUntil(() => n8n.attempts().some(({ status }) => status === 503));
  n8n.faults({ cut: true });
  await happens('c2k9', edit(1));
  await happens('a7f3', edit(3));
  await waitUntil(() => n8n.attempts().some(({ status }) => status === null));
  n8n.faults({});
  await happens('c2k9', edit(2));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing(1, 2, 3)]);
  expect(told('c2k9')).toEqual([started('c2k9'), ...editing(1, 2)]);
  expect(new Set(ids()).size).toBe(ids().length);
});

test('an answer that got lost means the same message again, under the same id', async () => {
  const { startTask, startRelay, idle, ids, n8n } = world;
  n8n.faults({ lose_answer: true, times: 1 });
  await startTask('a7f3');
  await startRelay();
  await idle();
  expect(ids()).toEqual(['a7f3:1:n8n', 'a7f3:1:n8n']);
  const [first, again] = n8n.deliveries();
  expect(again?.body).toEqual(first?.body);
});

test('a busy n8n is left alone for as long as it asks', async () => {
  const { startTask, startRelay, idle, n8n } = world;
  n8n.faults({ status: 429, retry_after: 1, times: 1 });
  await startTask('a7f3');
  await startRelay();
  await idle();
  const [first, second, ...more] = n8n.attempts().map(({ at }) => Date.parse(at));
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
  expect(more).toEqual([]);
});

test('a task whose message hangs holds up no other task', async () => {
  const { startTask, happens, startRelay, told, n8n } = world;
  await startRelay();
  n8n.faults({ drop: true, times: 1 });
  await startTask('a7f3');
  await waitUntil(() => n8n.attempts().length === 1);
  await startTask('c2k9');
  await happens('c2k9', event('task.finished'));
  await n8n.waitFor(({ body }) => JSON.stringify(body).includes('Task complete'));
  expect(told('c2k9')).toEqual([started('c2k9'), END]);
  expect(told('a7f3')).toEqual([]);
});

test('a refused message is marked and holds up nothing', async () => {
  const { startTask, happens, startRelay, idle, told, outbox, n8n } = world;
  await startTask('a7f3');
  await startRelay();
  await idle();
  n8n.faults({ status: 422, times: 1 });
  await happens('a7f3', edit('refused'), edit('taken'), event('task.finished'));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing('taken'), END]);
  expect(await outbox.refusals()).toEqual([{ taskId: 'a7f3', seq: 3, status: 422, at: expect.any(Number) }]);
});

test('a refused end is told again, and arrives', async () => {
  const { startTask, happens, startRelay, idle, told, outbox, n8n } = world;
  await startTask('a7f3');
  await startRelay();
  await idle();
  n8n.faults({ status: 404, times: 2 });
  await happens('a7f3', event('task.finished'));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), END]);
  expect(await outbox.refusals()).toEqual([]);
});

test('a request refused three times is given up: the end still arrives', async () => {
  const { startTask, happens, startRelay, idle, told, outbox, n8n } = world;
  await startTask('a7f3');
  await startRelay();
  await idle();
  n8n.faults({ status: 404, times: 3 });
  await happens('a7f3', event('confirmation.requested'), event('task.failed'));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), '❌ Task failed: Used all 50 turns']);
  expect((await outbox.refusals()).map(({ seq, status }) => [seq, status])).toEqual([[3, 404]]);
});

test('two relays share the work: each message leaves once, in order', async () => {
  const { startTask, happens, startRelay, idle, told, ids } = world;
  const tasks = ['a2c3', 'a3c4', 'a4c5', 'a5c6', 'a6c7', 'a7c8', 'a8c9', 'a9f2', 'c2f3', 'c3f4'];
  await Promise.all([startRelay({ slots: 2 }), startRelay({ slots: 2 })]);
  await Promise.all(
    tasks.map(async (id) => {
      await startTask(id);
      for (const index of numbers(10)) await happens(id, edit(index));
      await happens(id, event('task.finished'));
    }),
  );
  await idle();
  for (const id of tasks) expect(told(id)).toEqual([started(id), ...editing(...numbers(10)), END]);
  expect(new Set(ids()).size).toBe(ids().length);
});

test('the task of a relay that was killed is taken over when its lease runs out', async () => {
  const { startTask, happens, startRelay, idle, told, outbox } = world;
  await startTask('a7f3');
  // All that a killed relay leaves behind: the task taken, its first event told.
  await outbox.take(300);
  await outbox.advance('a7f3', 1, 300);
  const takenAt = performance.now();
  await happens('a7f3', edit('later'), event('task.finished'));
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([...editing('later'), END]);
  expect(performance.now() - takenAt).toBeGreaterThan(290);
});

test('a relay that takes over knows what the reader was told before', async () => {
  const { startTask, happens, startRelay, idle, told } = world;
  await startTask('a7f3', { verbose: false });
  const first = await startRelay();
  const move = (phase: Phase, left: Phase | null, leftWell: boolean) => event('phase.entered', { phase, left, leftWell });
  await happens('a7f3', move('coding', null, false), move('testing', 'coding', true));
  await idle();
  await first.stop();
  await startRelay();
  await happens('a7f3', move('fixing', 'testing', false), move('testing', 'fixing', true), event('task.finished'));
  await idle();
  expect(told('a7f3')).toEqual(['🚀 Started background task #a7f3', '✏️ Code written', '🎉 Task complete!']);
});

test('a relay that is told to stop finishes what is in flight and leaves the rest to the next one at once', async () => {
  const { startTask, happens, startRelay, idle, told, n8n, begun } = world;
  const first = await startRelay();
  n8n.faults({ delay_ms: 200, times: 1 });
  await startTask('a7f3');
  await happens('a7f3', edit('left over'));
  await waitUntil(() => begun.includes('a7f3:1'));
  await first.stop();
  expect(told('a7f3')).toEqual([started('a7f3')]);
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing('left over')]);
});

test('a relay that is told to stop does not wait for an n8n that hangs', async () => {
  const { startTask, startRelay, n8n } = world;
  const relay = await startRelay({ drainMs: 50 });
  n8n.faults({ drop: true });
  await startTask('a7f3');
  await waitUntil(() => n8n.attempts().length === 1);
  const before = performance.now();
  await relay.stop();
  expect(performance.now() - before).toBeLessThan(2_000);
});

test('Redis killed in the middle of a delivery costs nothing and repeats nothing', async () => {
  const { server, startTask, happens, startRelay, idle, told, ids, n8n, lines, begun } = world;
  await startTask('a7f3');
  await startRelay();
  await idle();
  n8n.faults({ delay_ms: 200, times: 1 });
  await happens('a7f3', edit(1), edit(2));
  await waitUntil(() => begun.includes('a7f3:3'));
  await server.kill();
  await n8n.waitFor(({ body }) => JSON.stringify(body).includes('Editing 1'));
  await server.restart();
  await waitUntil(() => happens('a7f3', edit(3)).then(() => true));
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), ...editing(1, 2, 3)]);
  expect(new Set(ids()).size).toBe(ids().length);
  expect(lines().filter(({ level }) => level === 'error')).toEqual([]);
});

test('a task that is purged while it is being told leaves the outbox', async () => {
  const { startTask, startRelay, idle, n8n, server } = world;
  n8n.faults({ status: 503 });
  await startTask('a7f3');
  await startRelay();
  await waitUntil(() => n8n.attempts().length > 0);
  const redis = await connectRedis(server.endpoint);
  await redis.del(keys.task('a7f3'));
  redis.destroy();
  await idle();
  expect(n8n.deliveries()).toEqual([]);
});
