// What may be wished of a task over HTTP, and the one clear sentence for what may not.
import { expect, test } from '@jest/globals';
import { CODE, cancelled, useApi } from './testing/use-api.js';

const world = useApi();
const post = (id: string, wish: string, body: unknown = {}) => world.post(`/api/tasks/${id}/${wish}`, body);
const queued = async (goal: string): Promise<string> => {
  const { body } = await world.post('/api/tasks', { goal, project: 'calculator' });
  return String(body.task_id);
};
const entries = async () => {
  const { body } = await world.get('/api/audit');
  return (body.entries as { operation: string; outcome: string }[]).map(({ operation, outcome }) => `${operation} ${outcome}`);
};

test('a queued task is held back until it is resumed; twice is refused', async () => {
  const id = await queued('wait for it');
  expect(await post(id, 'resume')).toMatchObject({
    status: 409,
    body: { reason: 'not_paused', message: expect.stringContaining('queued') },
  });
  expect(await post(id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused', task_id: id, task: { status: 'paused' } } });
  expect(await post(id, 'pause')).toMatchObject({ status: 409, body: { reason: 'already_paused' } });
  expect(await post(id, 'retry')).toMatchObject({
    status: 409,
    body: { reason: 'not_ended', message: expect.stringContaining('Resume it') },
  });
  expect((await world.control.store.line('')).free).toEqual([]);
  expect(await post(id, 'resume')).toMatchObject({ status: 200, body: { status: 'resumed', task: { status: 'queued' } } });
  expect((await world.control.store.line('')).free).toEqual([id]);
  expect(await entries()).toEqual(['start accepted', 'pause requested', 'pause paused', 'resume resumed']);
});

test('a task that is worked on is asked to pause, and may be let go on before it has', async () => {
  const id = await world.running();
  expect(await post(id, 'pause')).toMatchObject({
    status: 202,
    body: { status: 'pausing', task: { status: 'started', pause_requested: true } },
  });
  expect(await post(id, 'pause')).toMatchObject({ status: 409, body: { reason: 'already_paused' } });
  expect(await post(id, 'resume')).toMatchObject({ status: 200, body: { task: { status: 'started', pause_requested: false } } });
});

test('what did not succeed is tried again; what runs or is finished is not', async () => {
  const id = await world.running();
  expect(await post(id, 'retry')).toMatchObject({ status: 409, body: { reason: 'not_ended' } });
  await world.happens(id, [{ type: 'task.failed', at: Date.now(), reason: 'max_turns', message: 'The limit of 50 turns is reached.' }]);
  const retried = await post(id, 'retry');
  expect(retried).toMatchObject({ status: 200, body: { status: 'retried', task: { status: 'queued', failure: null, ended_at: null } } });
  expect(retried.body.message).toContain('no worker is running');
  expect((await world.control.store.line('')).free).toEqual([id]);
});

test('a message is noted at once, without the code in it, and waits to be read', async () => {
  const id = await world.running();
  expect(await post(id, 'messages', { message: `Use SQLite; the code is ${CODE}` })).toMatchObject({
    status: 200,
    body: {
      status: 'noted',
      message: `Message for #${id} noted; the agent reads it before its next turn.`,
      task: { unread_messages: 1 },
    },
  });
  expect((await world.control.store.read(id))?.messages).toMatchObject([{ text: 'Use SQLite; the code is [redacted]' }]);
  expect(JSON.stringify(await world.get('/api/audit'))).not.toContain(CODE);
  expect(await entries()).toContain('tell noted');
});

test('a message to a task that has ended continues it, once', async () => {
  const id = await world.running();
  await world.happens(id, [cancelled()]);
  expect(await post(id, 'messages', { message: 'On second thought, do it' })).toMatchObject({
    status: 200,
    body: { status: 'continued', message: expect.stringContaining('goes on with it'), task: { status: 'queued', unread_messages: 1 } },
  });
  expect(await post(id, 'messages', { message: 'On second thought, do it' })).toMatchObject({
    body: { status: 'noted', task: { unread_messages: 1 } },
  });
});

test.each([
  ['no text', { message: '  ' }, 400, 'bad_body'],
  ['no message', {}, 400, 'bad_body'],
  ['another type', { message: 5 }, 400, 'bad_body'],
  ['another key', { text: 'x' }, 400, 'bad_body'],
  ['too much text', { message: 'x'.repeat(4_001) }, 400, 'too_long'],
])('%s is no message', async (_, body, status, reason) => {
  const id = await world.running();
  expect(await post(id, 'messages', body)).toMatchObject({ status, body: { reason } });
  expect((await world.control.store.read(id))?.messages).toEqual([]);
});

test('there is an end to how many messages may wait', async () => {
  const id = await world.running();
  for (let n = 1; n <= 20; n++) expect((await post(id, 'messages', { message: `thing ${n}` })).status).toBe(200);
  expect(await post(id, 'messages', { message: 'one more' })).toMatchObject({ status: 409, body: { reason: 'too_many' } });
});

test.each(['pause', 'resume', 'retry', 'messages'])('an unknown task cannot be wished to %s', async (wish) => {
  const body = wish === 'messages' ? { message: 'hello' } : {};
  expect(await post('zzzz', wish, body)).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
  expect((await world.post(`/api/tasks/a7f3/${wish}`, body, { serving: world.locked })).status).toBe(401);
});
