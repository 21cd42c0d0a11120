import { beforeEach, expect, test } from '@jest/globals';
import { changeVerbosity } from './change-verbosity.js';
import { createTaskStore, type TaskStore } from './redis/store.js';
import { event } from './testing/samples.js';
import { useRedis } from './testing/use-redis.js';

const at = useRedis();
let store: TaskStore;
beforeEach(async () => {
  store = createTaskStore(at.redis);
  await store.create('a7f3', event('task.queued'));
});

const change = (verbose: boolean, taskId = 'a7f3') => changeVerbosity(store, { taskId, verbose, channel: 'cli', at: 5 });

test('a task can be told in less and again in more detail, and its log says since when', async () => {
  expect(await change(false)).toBe('changed');
  expect(await store.read('a7f3')).toMatchObject({ verbose: false, progress: 'Waiting for a worker' });
  expect(await change(false)).toBe('unchanged');
  expect(await change(true)).toBe('changed');
  expect((await store.events('a7f3', 1)).map((logged) => logged.event)).toEqual([
    { type: 'verbosity.changed', at: 5, verbose: false, channel: 'cli' },
    { type: 'verbosity.changed', at: 5, verbose: true, channel: 'cli' },
  ]);
});

test('an ended task and one that is not there say so', async () => {
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [event('task.cancelled')] });
  expect(await change(false)).toBe('ended');
  expect(await change(false, 'c2k9')).toBe('unknown_task');
});
