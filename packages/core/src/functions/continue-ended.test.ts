import { beforeEach, expect, test } from '@jest/globals';
import type { Event } from '../event.js';
import { createTaskStore, type TaskStore } from '../redis/store.js';
import { AT, event, SAMPLES } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import type { TranscriptRecord } from '../transcript.js';
import { continueEnded } from './continue-ended.js';

const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const SAID: TranscriptRecord[] = [
  { kind: 'note', turn: 0, text: 'Goal: build a calculator' },
  {
    kind: 'reply',
    turn: 1,
    content: [
      { type: 'tool_use', id: 'done' },
      { type: 'tool_use', id: 'begun' },
    ],
    stopReason: 'tool_use',
  },
  { kind: 'result', turn: 1, callId: 'done', text: 'ok', isError: false },
  { kind: 'intent', turn: 1, callId: 'begun', tool: 'bash', effect: 'command' },
];
async function ended(how: Event, said = SAID): Promise<void> {
  await store.create('a7f3', event('task.queued'));
  const as = { role: 'claim', nonce: 'n' } as const;
  expect((await store.commit('a7f3', { as, events: [event('task.claimed'), how], records: said })).kind).toBe('committed');
}
async function continued(message: string | null) {
  const { limits } = SAMPLES['task.retried'];
  const deps = { store, settings: { limits }, clock: () => AT + 9 };
  const task = await store.read('a7f3');
  if (task === null) throw new Error('gone');
  const told = message === null ? null : { messageId: 'm_1', text: message };
  return continueEnded(deps, task, { sessionId: 's1', channel: 'cli' }, told);
}
const added = async () => (await store.transcript('a7f3')).slice(SAID.length);

test('a retry tells the model how it had ended, and leaves open calls to what every interruption leaves them to', async () => {
  await ended(event('task.timed_out'));
  expect(await continued(null)).toMatchObject({ kind: 'committed', task: { state: 'queued', limits: SAMPLES['task.retried'].limits } });
  expect(await added()).toEqual([{ kind: 'note', turn: 0, text: expect.stringMatching(/\(timeout: Time limit reached.*tried again/) }]);
});

test('a message comes before all else: open calls are answered as not carried out, and the summary is kept for the model', async () => {
  await ended(event('task.finished', { summary: 'Built it.' }));
  expect(await continued('and division')).toMatchObject({
    kind: 'committed',
    task: { state: 'queued', messages: [{ text: 'and division' }] },
  });
  expect(await added()).toEqual([
    { kind: 'result', turn: 0, callId: 'begun', text: expect.stringContaining('effect is unknown'), isError: true },
    { kind: 'note', turn: 0, text: expect.stringMatching(/\(finished\).*What was done before: Built it\./s) },
  ]);
});

test('where nothing was said yet the goal still comes first', async () => {
  await ended(event('task.failed'), []);
  await continued(null);
  expect(await store.transcript('a7f3')).toEqual([]);
});

test('two who continue it at once make one chain', async () => {
  await ended(event('task.failed'));
  const both = await Promise.all([continued('one'), continued(null)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(['committed', 'refused']);
  expect((await store.events('a7f3')).filter(({ event: { type } }) => type === 'task.retried')).toHaveLength(1);
});

test('what has come back from its end is found by workers and told by every channel, and ends again', async () => {
  await ended(event('task.failed'));
  expect((await store.line('')).free).toEqual([]);
  await continued(null);
  expect((await store.line('')).free).toEqual(['a7f3']);
  expect((await store.list({ state: 'queued' })).map(({ id }) => id)).toEqual(['a7f3']);
  expect(await store.list({ state: 'failed' })).toEqual([]);
  const as = { role: 'claim', nonce: 'm' } as const;
  expect((await store.commit('a7f3', { as, events: [event('task.claimed', { attempt: 2 }), event('task.finished')] })).kind).toBe(
    'committed',
  );
  expect((await store.line('')).free).toEqual([]);
});
