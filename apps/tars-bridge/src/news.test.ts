import { expect, test } from '@jest/globals';
import { createFakeCall, waitUntil } from '@tars/testkit';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

test('the events of a task begin at now, come in order with their sentences, and end with the task', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  const events = bridge.events({ taskId: id });
  await host().askForCode(id);
  await host().cancelled(id);
  const told: string[] = [];
  for await (const { event, text } of events) told.push(text ?? event.type);
  expect(told).toStrictEqual([
    'task.claimed',
    expect.stringContaining(`Background Task #${id} Needs Confirmation`),
    `🛑 Task #${id} cancelled.`,
  ]);
});

test('the events of all tasks begin with tasks that are new, over a loss of Redis, until aborted', async () => {
  const bridge = await host().bridge();
  const old = await host().start(bridge, 'an older goal');
  const stop = new AbortController();
  const told: string[] = [];
  const following = (async () => {
    for await (const { taskId, event } of bridge.events({ signal: stop.signal })) told.push(`${taskId} ${event.type}`);
  })();
  const id = await host().start(bridge);
  await waitUntil(() => told.includes(`${id} task.queued`), { what: 'the new task' });
  await host().gate.shut();
  await host().cancelled(id);
  await host().gate.open();
  await waitUntil(() => told.includes(`${id} task.cancelled`), { timeoutMs: 10_000, what: 'what happened meanwhile' });
  stop.abort();
  await following;
  expect(told.filter((line) => line.startsWith(old))).toStrictEqual([]);
}, 15_000);

test('a confirmation and an ending are spoken in the call, once each', async () => {
  const voice = createFakeCall(SESSION);
  const bridge = await host().bridge({ voice });
  const id = await host().start(bridge);
  await host().askForCode(id);
  expect(await voice.waitForSpoken(/confirmation code/)).toBe(
    'Sir, the background programming task needs your confirmation code. I need to run: rm old_backup.js. This is needed to delete files. Please provide your confirmation code.',
  );
  await bridge.hear(CODE, SESSION);
  await host().cancelled(id);
  await voice.waitForSpoken(/cancelled/);
  expect(voice.spoken).toHaveLength(2);
});

test('an iteration over the events ends with the bridge', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  const events = bridge.events({ taskId: id })[Symbol.asyncIterator]();
  const next = events.next();
  await bridge.close();
  expect(await next).toStrictEqual({ done: true, value: undefined });
});
