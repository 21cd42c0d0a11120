import { beforeEach, expect, test } from '@jest/globals';
import { spellTaskId } from '../ids.js';
import { createTaskStore, type TaskStore } from '../redis/store.js';
import { AT, confirmation, event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { check } from './check.js';
import type { FunctionDeps } from './deps.js';
import { list } from './list.js';
import { isAnswer, meantTask } from './meant-task.js';

const at = useRedis();
let store: TaskStore;
const deps = () => ({ store }) as FunctionDeps;
const idOf = (index: number) => `t${String(index).padStart(3, '0')}`;
const claim = async (id: string) => {
  await store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed', { attempt: 1 })] });
};

/** 130 tasks are open: `t000`, the oldest, waits for a code, `t001` and `t002` work, the rest is queued. */
beforeEach(async () => {
  store = createTaskStore(at.redis);
  const accept = (index: number) => store.create(idOf(index), event('task.queued', { project: `/p/${index}` }, AT + index));
  await Promise.all(Array.from({ length: 130 }, (_, index) => accept(index)));
  for (const id of [idOf(0), idOf(1), idOf(2)]) await claim(id);
  const asks = event('confirmation.requested', { confirmation: confirmation() });
  await store.commit(idOf(0), { as: { role: 'owner', nonce: 'n' }, events: [asks] });
});

test('of hundreds of open tasks it is said how many do what, and first what wants something of the user', async () => {
  const { text, say, tasks } = await check(deps(), {});
  const lines = text.split('\n');
  expect(lines[0]).toBe('130 tasks are open: 1 waits for you, 2 at work, 127 queued.');
  expect(lines.slice(1, 5)).toEqual([
    `Task ${idOf(0)}: waiting for your code...`,
    `Task ${idOf(2)}: getting started...`,
    `Task ${idOf(1)}: getting started...`,
    `Task ${idOf(129)}: queued...`,
  ]);
  expect(lines.at(-1)).toBe('And 120 more.');
  expect(lines).toHaveLength(12);
  expect(say).toBe(
    `130 tasks are open: 1 waits for you, 2 at work, 127 queued. ${spellTaskId(idOf(0))} is waiting for your code, ${spellTaskId(idOf(2))} is getting started, ${spellTaskId(idOf(1))} is getting started.`,
  );
  expect(tasks).toHaveLength(10);
});

test('a list says how many it does not show', async () => {
  const { text, say } = await list(deps(), {});
  expect(text.split('\n')).toHaveLength(11);
  expect(text).toMatch(/\nAnd 120 older ones\.$/);
  expect(say).toMatch(/^There are 130 tasks, sir; the latest, .*, is queued\.$/);
  const { text: started } = await list(deps(), { state: 'started' });
  expect(started.split('\n')).toHaveLength(3);
});

test('"which task?" names as many as can be read, or listened to, and how many more there are; the only one in a state is found among them', async () => {
  const asked = await meantTask(store, undefined, { none: '' });
  if (!isAnswer(asked)) throw new Error('guessed');
  expect(asked.text).toMatch(/^Which task, sir\? (t\d{3}, ){9}t\d{3} and 120 more\.$/);
  expect(asked.say).toMatch(/ and 125 more\.$/);
  expect(await meantTask(store, undefined, { states: ['paused'], orStarted: ({ id }) => id === idOf(2), none: '' })).toMatchObject({
    id: idOf(2),
  });
});
