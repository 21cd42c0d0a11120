import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createRedactor, newId, newTaskId } from '@tars/core';
import { type Config, parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { type Control, openControl, type PrivateRedis, startPrivateRedis } from '@tars/core/redis';
import type { Api } from './api-env.js';
import { createApi } from './app.js';

const CODE = '4711';
const HOOK = '/webhook/background-confirmation';
const logger = createLogger({ service: 'api', level: 'error', format: 'json', redact: createRedactor([CODE]) });
const onError = () => {};

let stateDir: string;
let server: PrivateRedis;
let control: Control;
let api: Api;

const configOf = (env: Record<string, string>): Config => {
  const parsed = parseConfig({ TARS_STATE_DIR: stateDir, ...env });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
};

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'tars-api-'));
  server = await startPrivateRedis();
  const config = configOf({ CONFIRMATION_CODE: CODE });
  control = await openControl({ config, endpoint: server.endpoint, onError });
  api = createApi({ ...control, config, logger });
});

afterAll(async () => {
  await control.close();
  await server.close();
  await rm(stateDir, { recursive: true, force: true });
});

beforeEach(() => control.redis.flushDb());

const post = async (path: string, body: unknown, app = api) => {
  const response = await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** A task that runs and holds no question. */
async function runningTask(): Promise<{ id: string; nonce: string }> {
  const [id, nonce, at] = [newTaskId(), randomUUID(), Date.now()];
  const limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 } as const;
  await control.store.create(id, {
    type: 'task.queued',
    at,
    goal: 'tidy up',
    project: `/projects/${id}`,
    sessionId: 's1',
    owner: `owner of ${id}`,
    pool: '',
    verbose: true,
    limits,
    channel: 'http',
  });
  const worker = { id: 'w1', host: 'h1', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  await control.store.commit(id, {
    as: { role: 'claim', nonce },
    events: [{ type: 'task.claimed', at, attempt: 1, worker, afterCrash: false }],
  });
  return { id, nonce };
}

/** The same, waiting for a code. */
async function waitingTask({ expiresInMs = 60_000 } = {}): Promise<{ id: string; nonce: string; confirmationId: string }> {
  const { id, nonce } = await runningTask();
  const [at, confirmationId] = [Date.now(), newId('conf')];
  const requested = await control.store.commit(id, {
    as: { role: 'owner', nonce },
    events: [
      {
        type: 'confirmation.requested',
        at,
        confirmation: {
          id: confirmationId,
          callId: 'call_1',
          command: 'rm old_backup.js',
          cwd: `/projects/${id}`,
          reason: 'delete files',
          rule: 'rm',
          agentSays: 'no longer needed',
          access: [],
          actionHash: 'a'.repeat(64),
          askedAt: at,
          expiresAt: at + expiresInMs,
        },
      },
    ],
  });
  expect(requested.kind).toBe('committed');
  return { id, nonce, confirmationId };
}

const grantOf = async (id: string) => (await control.store.read(id))?.grant ?? null;

test('the right code is received and turns into a grant', async () => {
  const { id, confirmationId } = await waitingTask();
  expect(await post(HOOK, { task_id: id, confirmation_code: CODE, source: 'discord' })).toEqual({
    status: 200,
    body: { status: 'ok', message: 'Confirmation received', task_id: id },
  });
  expect(await grantOf(id)).toMatchObject({ confirmationId, taskId: id, callId: 'call_1' });
});

test('where one task waits, the code alone is enough, also as a number or with spaces', async () => {
  for (const code of [CODE, Number(CODE), '47 11', ' 4-7-1-1 ']) {
    const { id } = await waitingTask();
    expect((await post(HOOK, { confirmation_code: code, task_id: '', confirmation_id: null })).body).toMatchObject({ task_id: id });
    expect(await grantOf(id)).not.toBeNull();
    await control.redis.flushDb();
  }
});

test('a wrong code is told how many tries are left, and the command still waits', async () => {
  const { id } = await waitingTask();
  expect(await post(HOOK, { task_id: id, confirmation_code: '0000' })).toMatchObject({
    status: 403,
    body: { status: 'error', reason: 'wrong_code', tries_left: 4, task_id: id },
  });
  const task = await control.store.read(id);
  expect(task?.confirmation?.command).toBe('rm old_backup.js');
  expect(task?.grant).toBeNull();
});

test('after five wrong codes the right one is refused too', async () => {
  const { id } = await waitingTask();
  const statuses: number[] = [];
  for (let tries = 0; tries < 5; tries++) statuses.push((await post(HOOK, { task_id: id, confirmation_code: '0000' })).status);
  expect(statuses).toEqual([403, 403, 403, 403, 429]);
  const late = await post(HOOK, { task_id: id, confirmation_code: CODE });
  expect(late.body.status).toBe('error');
  expect(await grantOf(id)).toBeNull();
});

test('a code before anything waits is refused and unlocks nothing later', async () => {
  const { id, nonce } = await runningTask();
  expect(await post(HOOK, { task_id: id, confirmation_code: CODE })).toMatchObject({ status: 409, body: { reason: 'nothing_pending' } });
  expect(await post(HOOK, { confirmation_code: CODE })).toMatchObject({ status: 409, body: { reason: 'nothing_pending' } });
  await control.store.commit(id, {
    as: { role: 'owner', nonce },
    events: [{ type: 'phase.entered', at: 1, phase: 'coding', left: null, leftWell: true }],
  });
  expect(await grantOf(id)).toBeNull();
});

test('an unknown task is 404', async () => {
  expect(await post(HOOK, { task_id: 'zzzz', confirmation_code: CODE })).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
});

test('with two tasks waiting a bare code is refused, naming both', async () => {
  const [one, two] = [await waitingTask(), await waitingTask()];
  const { status, body } = await post(HOOK, { confirmation_code: CODE });
  expect({ status, reason: body.reason }).toEqual({ status: 409, reason: 'ambiguous_task' });
  expect(new Set(body.pending as string[])).toEqual(new Set([one.id, two.id]));
  expect(await grantOf(one.id)).toBeNull();
});

test('a code after the request expired, or for an earlier request, is 410', async () => {
  const { id } = await waitingTask({ expiresInMs: -1 });
  expect(await post(HOOK, { task_id: id, confirmation_code: CODE })).toMatchObject({ status: 410, body: { reason: 'expired' } });
  const open = await waitingTask();
  expect((await post(HOOK, { task_id: open.id, confirmation_id: 'conf_earlier', confirmation_code: CODE })).status).toBe(410);
  expect(await grantOf(open.id)).toBeNull();
});

test('a reply from Discord is read for its code and the task it names', async () => {
  const { id } = await waitingTask();
  const other = await waitingTask();
  expect(await post(HOOK, { reply_text: `#${id} ${CODE}`, task_id: other.id, source: 'discord' })).toMatchObject({
    status: 200,
    body: { task_id: id },
  });
  expect(await grantOf(other.id)).toBeNull();
});

test('a no denies the command and its reason reaches the task', async () => {
  const { id } = await waitingTask();
  expect(await post(HOOK, { reply_text: 'no, because I still need it' })).toMatchObject({
    status: 200,
    body: { status: 'ok', outcome: 'denied', task_id: id },
  });
  const answered = (await control.store.events(id)).map(({ event }) => event).find((event) => event.type === 'confirmation.answered');
  expect(answered).toMatchObject({ outcome: 'denied', channel: 'http' });
  expect(answered?.type === 'confirmation.answered' && answered.feedback).toMatch(/I still need it/);
});

test('chatter is no answer and costs no try', async () => {
  const { id } = await waitingTask();
  expect(await post(HOOK, { reply_text: 'meet me at 6283 Elm street' })).toMatchObject({ status: 400, body: { reason: 'no_answer' } });
  expect(await post(HOOK, { task_id: id, confirmation_code: '0000' })).toMatchObject({ body: { tries_left: 4 } });
});

test('where no code is configured even the right guess approves nothing', async () => {
  const config = configOf({});
  const codeless = await openControl({ config, endpoint: server.endpoint, onError });
  try {
    const { id } = await waitingTask();
    const app = createApi({ ...codeless, config, logger });
    expect(await post(HOOK, { task_id: id, confirmation_code: CODE }, app)).toMatchObject({
      status: 409,
      body: { reason: 'no_code_configured' },
    });
    expect(await grantOf(id)).toBeNull();
  } finally {
    await codeless.close();
  }
});

test('one task can be confirmed and denied under its own address', async () => {
  const one = await waitingTask();
  expect((await post(`/api/tasks/${one.id}/confirmation`, { confirmation_code: '0000' })).status).toBe(403);
  expect(await post(`/api/tasks/${one.id}/confirmation`, { confirmation_code: CODE })).toMatchObject({
    status: 200,
    body: { task_id: one.id },
  });
  const two = await waitingTask();
  expect(await post(`/api/tasks/${two.id}/deny`, { because: 'too risky' })).toMatchObject({ status: 200, body: { outcome: 'denied' } });
  expect((await control.store.read(two.id))?.confirmation).toBeNull();
});

const BAD_BODIES: [what: string, body: unknown][] = [
  ['nothing', ''],
  ['no JSON', '{"confirmation_code":'],
  ['an array', []],
  ['a text', '"4711"'],
  ['null', 'null'],
  ['no code and no reply', { task_id: 'a7f3' }],
  ['empty texts', { confirmation_code: '', reply_text: ' ' }],
  ['an unknown key', { confirmation_code: CODE, secret_key_name: 1 }],
  ['the code as an object', { confirmation_code: { $ne: '' } }],
  ['the code as an array', { confirmation_code: [CODE] }],
  ['the code as true', { confirmation_code: true }],
  ['a number that is no whole one', '{"confirmation_code":1e400}'],
  ['a key twice', '{"confirmation_code":"0000","confirmation_code":"4711"}'],
  ['a prototype', '{"confirmation_code":"4711","__proto__":{"task_id":"a7f3"}}'],
];

test.each(BAD_BODIES)('a body with %s is 400 with a sentence, and nothing happens', async (_, sent) => {
  const { id } = await waitingTask();
  const { status, body } = await post(HOOK, sent);
  expect({ status, reason: body.reason }).toEqual({ status: 400, reason: 'bad_body' });
  expect(body.message).toMatch(/\w{3}.*\.$/);
  expect(JSON.stringify(body)).not.toMatch(/4711|secret_key_name|\$ne/);
  expect((await control.store.read(id))?.confirmation).not.toBeNull();
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', ''])(
  'a body as %p is 415',
  async (type) => {
    const response = await api.request(HOOK, {
      method: 'POST',
      headers: { 'content-type': type },
      body: `{"confirmation_code":"${CODE}"}`,
    });
    expect(response.status).toBe(415);
  },
);

test('a compressed body and one that is not UTF-8 are 415', async () => {
  const headers = { 'content-type': 'application/json' };
  const compressed = await api.request(HOOK, { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: '{}' });
  expect(compressed.status).toBe(415);
  expect((await api.request(HOOK, { method: 'POST', headers, body: Buffer.from('{"reply_text":"\xff"}', 'latin1') })).status).toBe(415);
});

test('64 KB pass and one byte more is 413, whatever the length header says', async () => {
  const body = (bytes: number) => {
    const frame = JSON.stringify({ reply_text: '' });
    return JSON.stringify({ reply_text: 'x'.repeat(bytes - frame.length) });
  };
  expect((await post(HOOK, body(64 * 1024))).status).toBe(400);
  expect(await post(HOOK, body(64 * 1024 + 1))).toMatchObject({ status: 413, body: { reason: 'too_large' } });
  const lying = await api.request(HOOK, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': '10' },
    body: body(200_000),
  });
  expect(lying.status).toBe(413);
});

async function askingTask(): Promise<{ id: string; questionId: string }> {
  const { id, nonce } = await runningTask();
  const [at, questionId] = [Date.now(), newId('question')];
  const question = { id: questionId, callId: 'c', text: 'Which port?', options: ['80', '8080'], askedAt: at, expiresAt: at + 60_000 };
  await control.store.commit(id, { as: { role: 'owner', nonce }, events: [{ type: 'question.asked', at, question }] });
  return { id, questionId };
}
const answersTo = async (id: string) =>
  (await control.store.events(id)).flatMap(({ event }) => (event.type === 'question.answered' ? [event] : []));

test('a reply answers the question that waits, by words or by number, and says how it came', async () => {
  const { id } = await askingTask();
  const taken = await post(HOOK, { reply_text: 'the second one', source: 'discord' });
  expect(taken).toMatchObject({ status: 200, body: { status: 'ok', outcome: 'answered', task_id: id } });
  expect(await answersTo(id)).toMatchObject([{ text: '8080', channel: 'discord' }]);
});

test('a reply that names its task or its question reaches that one, whatever else waits', async () => {
  const { id: waiting } = await waitingTask();
  const first = await askingTask();
  const second = await askingTask();
  expect(await post(HOOK, { task_id: `#${first.id.toUpperCase()}`, reply_text: 'no, 9090' })).toMatchObject({ status: 200 });
  expect(await post(HOOK, { question_id: second.questionId, reply_text: '80' })).toMatchObject({ status: 200 });
  expect(await answersTo(first.id)).toMatchObject([{ text: 'no, 9090' }]);
  expect(await answersTo(second.id)).toMatchObject([{ text: '80' }]);
  expect(await post(HOOK, { question_id: second.questionId, reply_text: '80' })).toMatchObject({
    status: 410,
    body: { reason: 'expired' },
  });
  expect((await control.store.read(waiting))?.confirmation).not.toBeNull();
});

test('a code goes to the command that waits for one, and to no question', async () => {
  const { id: asking } = await askingTask();
  expect(await post(HOOK, { task_id: asking, reply_text: ` ${CODE} ` })).toMatchObject({ status: 400, body: { reason: 'is_secret' } });
  const { id: waiting } = await waitingTask();
  expect(await post(HOOK, { reply_text: CODE })).toMatchObject({ status: 200, body: { task_id: waiting } });
  expect(await grantOf(waiting)).not.toBeNull();
  expect(await answersTo(asking)).toEqual([]);
});
