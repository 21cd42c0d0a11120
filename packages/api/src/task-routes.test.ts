import { readdir } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { type Answered, CODE, cancelled, TOKENS, useApi } from './testing/use-api.js';

const world = useApi();
const wish = { goal: 'build a calculator', project: 'calculator' };
const start = (body: unknown) => world.post('/api/tasks', body);
const idOf = ({ body }: Answered) => String(body.task_id);

test('a posted goal becomes a task: 201, where it is, and the task itself', async () => {
  const started = await start({ ...wish, session_id: 's9', verbose_updates: false });
  expect(started).toMatchObject({
    status: 201,
    body: {
      task_id: expect.stringMatching(/^[a-z0-9]{4}$/),
      status: 'queued',
      goal: wish.goal,
      project: `${world.projects}/calculator`,
      session_id: 's9',
    },
  });
  expect(started.body.message).toContain(`Started autonomous coding task #${idOf(started)} in background, sir.`);
  expect(started.headers.get('location')).toBe(`/api/tasks/${idOf(started)}`);
  const { message: _, ...task } = started.body;
  expect((await world.get(`/api/tasks/${idOf(started)}`)).body).toEqual(task);
  expect((await world.control.store.read(idOf(started)))?.verbose).toBe(false);
});

test('the same wish twice is one task: the second time 200', async () => {
  const [one, two] = [
    await start({ ...wish, call_id: 'c1' }),
    await start({ goal: 'said otherwise', project_path: 'calculator', call_id: 'c1' }),
  ];
  expect([one.status, two.status]).toEqual([201, 200]);
  expect(idOf(two)).toBe(idOf(one));
});

test.each([
  [{ project: 'calculator' }, 400, 'no_goal'],
  [{ goal: ' ', project: 'calculator' }, 400, 'no_goal'],
  [{ goal: 'x' }, 400, 'no_project'],
  [{ goal: 'x', project: '/etc/surprising' }, 400, 'outside_roots'],
  [{ goal: 'x', project: '../surprising' }, 400, 'bad_project_name'],
  [{ goal: 5, project: 'calculator' }, 400, 'bad_body'],
  [{ goal: 'x', project: 'calculator', surprising: 1 }, 400, 'bad_body'],
  ['not json surprising', 400, 'bad_body'],
])('what is wrong with %j is told, and what was sent is not repeated', async (body, status, reason) => {
  const answer = await start(body);
  expect(answer).toMatchObject({ status, body: { status: 'error', reason, message: expect.stringMatching(/\.$/) } });
  expect(JSON.stringify(answer.body)).not.toContain('surprising');
  expect(await world.control.store.list()).toEqual([]);
});

test('a new folder is made only directly under a root', async () => {
  const deep = await start({ goal: 'x', project: `${world.projects}/a/b` });
  expect(deep).toMatchObject({ status: 400, body: { reason: 'project_missing' } });
  expect((await start({ goal: 'x', project: 'todo' })).status).toBe(201);
  expect(await readdir(world.projects)).toEqual(['calculator', 'todo']);
});

test('the transcript is given in order and without codes', async () => {
  const id = await world.running();
  expect((await world.get(`/api/tasks/${id}/transcript`)).body).toEqual({ task_id: id, records: [] });
  await world.happens(
    id,
    [],
    [
      { kind: 'note', turn: 0, text: 'Goal: tidy up' },
      { kind: 'reply', turn: 1, content: [{ type: 'text', text: `the code ${CODE}` }], stopReason: 'tool_use' },
      { kind: 'intent', turn: 1, callId: 'c1', tool: 'bash', effect: 'command' },
      { kind: 'result', turn: 1, callId: 'c1', text: 'ok', isError: false },
    ],
  );
  const { body } = await world.get(`/api/tasks/${id.toUpperCase()}/transcript`);
  expect(body.records).toEqual([
    { kind: 'note', turn: 0, text: 'Goal: tidy up' },
    { kind: 'reply', turn: 1, content: [{ type: 'text', text: 'the code [redacted]' }], stop_reason: 'tool_use' },
    { kind: 'intent', turn: 1, call_id: 'c1', tool: 'bash', effect: 'command' },
    { kind: 'result', turn: 1, call_id: 'c1', text: 'ok', is_error: false },
  ]);
  expect(await world.get('/api/tasks/zzzz/transcript')).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
});

/** A task that asks; its id. */
async function asking(questionId = 'q1'): Promise<string> {
  const [id, at] = [await world.running(), Date.now()];
  const question = { id: questionId, callId: 'c1', text: 'Which port?', options: ['80', '8080'], askedAt: at, expiresAt: at + 60_000 };
  await world.happens(id, [{ type: 'question.asked', at, question }]);
  return id;
}
const answersIn = async (id: string) =>
  (await world.control.store.events(id)).flatMap(({ event }) => (event.type === 'question.answered' ? [event.text] : []));

test('a question is read with its id and answered once', async () => {
  const id = await asking();
  expect((await world.get(`/api/tasks/${id}`)).body.question).toMatchObject({
    question_id: 'q1',
    text: 'Which port?',
    options: ['80', '8080'],
  });
  expect(await world.post(`/api/tasks/${id}/answer`, { answer: '8080', question_id: 'q1' })).toMatchObject({
    status: 200,
    body: { status: 'ok', message: `Answer received for task ${id}, sir. The background task will continue.`, task_id: id },
  });
  expect(await answersIn(id)).toEqual(['8080']);
  expect(await world.post(`/api/tasks/${id}/answer`, { answer: '80' })).toMatchObject({
    status: 409,
    body: { reason: 'nothing_asked', task_id: id },
  });
  expect(await answersIn(id)).toEqual(['8080']);
});

test('an answer may be called text, and no code in it reaches the agent', async () => {
  const id = await asking();
  expect((await world.post(`/api/tasks/${id}/answer`, { text: `take ${CODE}` })).status).toBe(200);
  expect(await answersIn(id)).toEqual(['take [redacted]']);
});

test.each([
  [{ answer: '80', question_id: 'q0' }, 410, 'expired'],
  [{ answer: ' ' }, 400, 'bad_body'],
  [{}, 400, 'bad_body'],
  [{ answer: '80', surprising: true }, 400, 'bad_body'],
  [{ answer: 80 }, 400, 'bad_body'],
])('the answer %j is not taken', async (body, status, reason) => {
  const id = await asking();
  expect(await world.post(`/api/tasks/${id}/answer`, body)).toMatchObject({ status, body: { status: 'error', reason } });
  expect(await answersIn(id)).toEqual([]);
});

test('an answer to no task at all is 404', async () => {
  expect(await world.post('/api/tasks/zzzz/answer', { answer: 'x' })).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
});

type Entry = { operation: string; outcome: string; who: string; channel: string; session_id: string | null; about: string | null };
const entries = async (query = '') => (await world.get(`/api/audit${query}`)).body.entries as Entry[];

test('who asked for what is kept under the name of what let them in', async () => {
  const id = await asking();
  const token = TOKENS.API_TOKEN;
  await world.post(`/api/tasks/${id}/answer`, { answer: 'a secret wish' }, { serving: world.locked, token });
  await world.post(
    '/webhook/background-confirmation',
    { confirmation_code: '9999' },
    { serving: world.locked, token: TOKENS.WEBHOOK_TOKEN },
  );
  await world.post('/api/functions/start_autonomous_coding', { ...wish, project: undefined, project_path: 'calculator', session_id: 's7' });
  await world.post(`/api/tasks/${id}/cancel`, {}, { serving: world.locked, token });
  await world.happens(id, [cancelled()]);
  const told = (await entries()).map(({ operation, outcome, who, channel, session_id }) => [operation, outcome, who, channel, session_id]);
  expect(told).toEqual([
    ['start', 'accepted', 'owner', 'voice', 's1'],
    ['answer', 'answered', 'API_TOKEN', 'http', null],
    ['confirm', 'nothing_pending', 'WEBHOOK_TOKEN', 'http', null],
    ['start', 'accepted', 'this machine', 'http', 's7'],
    ['cancel', 'requested', 'API_TOKEN', 'http', 'http'],
    ['end', 'cancelled', 'w1', 'http', null],
  ]);
  expect(JSON.stringify(await entries())).not.toMatch(/9999|secret wish|of-the-test/);
});

test('the trail is read from a time on', async () => {
  await start(wish);
  expect(await entries('?since=1h')).toHaveLength(1);
  expect(await entries('?since=2026-01-01')).toHaveLength(1);
  expect(await entries(`?since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
  const refused = await world.get('/api/audit?since=surprising');
  expect(refused).toMatchObject({ status: 400, body: { reason: 'bad_since' } });
  expect(JSON.stringify(refused.body)).not.toContain('surprising');
});

test('a long list comes in pages that follow on each other, and says how many older tasks there are', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) ids.unshift(idOf(await start({ goal: `goal ${index}`, project: 'calculator' })));
  const page = async (query: string) => (await world.get(`/api/tasks?limit=2${query}`)).body;
  expect(await page('')).toMatchObject({ tasks: [{ task_id: ids[0] }, { task_id: ids[1] }], more: 3 });
  expect(await page(`&before=${ids[1]?.toUpperCase()}`)).toMatchObject({ tasks: [{ task_id: ids[2] }, { task_id: ids[3] }], more: 1 });
  expect(await page(`&before=${ids[3]}&state=queued`)).toMatchObject({ tasks: [{ task_id: ids[4] }], more: 0 });
  expect(await world.get('/api/tasks?before=zzzz')).toMatchObject({ status: 400, body: { reason: 'bad_before' } });
  for (const limit of ['0', '201', 'all']) {
    expect(await world.get(`/api/tasks?limit=${limit}`)).toMatchObject({ status: 400, body: { reason: 'bad_limit' } });
  }
});
