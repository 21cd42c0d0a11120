import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRedactor } from '@tars/core';
import { type Config, parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { type Control, openControl, type PrivateRedis, startPrivateRedis } from '@tars/core/redis';
import type { Api } from './api-env.js';
import { createApi } from './app.js';

const [WEBHOOK_TOKEN, API_TOKEN] = ['webhook-token-of-the-test', 'api-token-of-the-test'];
const logger = createLogger({ service: 'api', level: 'error', format: 'json', redact: createRedactor([]), stream: process.stdout });
const PLENTY = { perSecond: 1_000, burst: 10_000 };
const OPEN = ['/livez', '/readyz', '/version'];
const isPage = (path: string): boolean => path === '/' || path.startsWith('/tasks/');

let base: string;
let config: Config;
let server: PrivateRedis;
let control: Control;
let api: Api;
let locked: Api;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'tars-api-')));
  await mkdir(join(base, 'projects', 'calculator'), { recursive: true });
  const parsed = parseConfig({ TARS_STATE_DIR: join(base, 'state'), PROJECTS_ROOT: join(base, 'projects'), CONFIRMATION_CODE: '4711' });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  config = parsed.config;
  server = await startPrivateRedis();
  control = await openControl({ config, endpoint: server.endpoint, onError: () => {} });
  api = createApi({ ...control, config, logger });
  const rates = { bearers: PLENTY, strangers: PLENTY };
  locked = createApi({ ...control, rates, config: { ...config, webhookTokens: [WEBHOOK_TOKEN], apiTokens: [API_TOKEN] }, logger });
});

afterAll(async () => {
  await control.close();
  await server.close();
  await rm(base, { recursive: true, force: true });
});

const call = async (app: Api, method: string, path: string, { body, token }: { body?: unknown; token?: string } = {}) => {
  const response = await app.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isJson = response.headers.get('content-type')?.includes('json');
  const said = isJson ? ((await response.json()) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, body: said };
};

const start = (goal: string, more: Record<string, unknown> = {}) =>
  call(api, 'POST', '/api/functions/start_autonomous_coding', { body: { goal, project_path: 'calculator', session_id: 's1', ...more } });

const idOf = ({ body }: { body: Record<string, unknown> }) => (body.task as { task_id: string }).task_id;

test('every route but the health routes and the pages wants its token', async () => {
  // What sees every request is no route.
  const guarded = locked.routes.filter(({ path }) => path !== '/*' && !OPEN.includes(path) && !isPage(path));
  expect(guarded.length).toBeGreaterThan(6);
  for (const { method, path } of guarded) {
    const [own, other] = path.startsWith('/webhook/') ? [WEBHOOK_TOKEN, API_TOKEN] : [API_TOKEN, WEBHOOK_TOKEN];
    for (const token of [undefined, other, `${own}x`, own.slice(1), '']) {
      const refused = await call(locked, method, path, token === undefined ? {} : { token });
      expect([method, path, token, refused.status]).toEqual([method, path, token, 401]);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await call(locked, method, path, { token: own })).status).not.toBe(401);
  }
});

test('every page wants a session, and a token is none', async () => {
  const pages = locked.routes.filter(({ method, path }) => method !== 'ALL' && isPage(path));
  expect(pages.length).toBeGreaterThan(12);
  for (const { method, path } of pages) {
    for (const token of [undefined, API_TOKEN, WEBHOOK_TOKEN]) {
      const { status, headers } = await call(locked, method, path, token === undefined ? {} : { token });
      expect([method, path, status, headers.get('location')]).toEqual([method, path, 303, expect.stringMatching(/^\/sign-in/)]);
    }
  }
});

test.each(['//api/tasks', '/api//tasks', '/api/tasks/', '/API/tasks', '/api/%74asks', '/./api/tasks', '/api/tasks%2f'])(
  'the spelling %s leads around no door',
  async (path) => {
    expect([401, 404]).toContain((await call(locked, 'GET', path)).status);
  },
);

test('the health routes are open', async () => {
  expect((await call(locked, 'GET', '/livez')).body).toEqual({ status: 'ok' });
  expect((await call(locked, 'GET', '/readyz')).body).toEqual({ status: 'ok' });
  expect((await call(locked, 'GET', '/version')).body).toEqual({ name: 'tars-api', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

test('an unknown path is 404 with a sentence', async () => {
  expect(await call(api, 'GET', '/api/nothing')).toMatchObject({ status: 404, body: { status: 'error', reason: 'not_found' } });
});

test('a goal posted as a function call becomes a task that can be read and listed', async () => {
  const started = await start('build a calculator', { verbose_updates: false });
  expect(started).toMatchObject({
    status: 200,
    body: { ok: true, task: { status: 'queued', goal: 'build a calculator', session_id: 's1' } },
  });
  expect(started.body.text).toContain(`Started autonomous coding task #${idOf(started)} in background, sir.`);
  const id = idOf(started);
  expect((await call(api, 'GET', `/api/tasks/${id.toUpperCase()}`)).body).toEqual(started.body.task);
  const listed = await call(api, 'GET', '/api/tasks?state=queued');
  expect((listed.body.tasks as { task_id: string }[]).map(({ task_id }) => task_id)).toContain(id);
  expect((await call(api, 'GET', '/api/tasks?state=finished')).body).toEqual({ tasks: [], more: 0 });
});

test('the same call twice gives the same task', async () => {
  const [one, two] = [await start('echo', { call_id: 'c1' }), await start('echo', { call_id: 'c1' })];
  expect(idOf(two)).toBe(idOf(one));
});

test('what a user gets wrong is an answer to be spoken, not a fault', async () => {
  expect(await start('')).toMatchObject({
    status: 200,
    body: { ok: false, reasonCode: 'no_goal', text: 'Please provide a coding goal, sir.' },
  });
  expect(await start('x', { project_path: '/etc' })).toMatchObject({ status: 200, body: { ok: false, reasonCode: 'outside_roots' } });
});

test('an unknown function is 404, an unknown or mistyped argument 400, and neither is echoed', async () => {
  expect((await call(api, 'POST', '/api/functions/launch_missiles', { body: {} })).status).toBe(404);
  const unknown = await start('x', { surprising_key: 1 });
  expect(unknown).toMatchObject({ status: 400, body: { reason: 'bad_body' } });
  expect(JSON.stringify(unknown.body)).not.toContain('surprising_key');
  expect(await start('x', { session_id: 5 })).toMatchObject({ status: 400, body: { reason: 'bad_body' } });
});

test('an unknown state is 400 and names the states', async () => {
  expect(await call(api, 'GET', '/api/tasks?state=busy')).toMatchObject({ status: 400, body: { reason: 'bad_state' } });
});

test('a queued task is cancelled at once, a second time it has ended', async () => {
  const id = idOf(await start('to be cancelled'));
  expect(await call(api, 'POST', `/api/tasks/${id}/cancel`)).toMatchObject({
    status: 200,
    body: { status: 'cancelled', task_id: id, task: { status: 'cancelled' } },
  });
  expect(await call(api, 'POST', `/api/tasks/${id}/cancel`, { body: {} })).toMatchObject({
    status: 409,
    body: { reason: 'already_ended' },
  });
});

test('an unknown task is 404 everywhere', async () => {
  for (const [method, path] of [
    ['GET', '/api/tasks/zzzz'],
    ['POST', '/api/tasks/zzzz/cancel'],
    ['POST', '/api/tasks/zzzz/deny'],
  ] as const) {
    expect(await call(api, method, path)).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
  }
});

const ASKED = [
  ['GET', '/api/tasks', undefined],
  ['GET', '/api/tasks/a7f3', undefined],
  ['POST', '/api/tasks/a7f3/cancel', {}],
  ['POST', '/webhook/background-confirmation', { task_id: 'a7f3', confirmation_code: '4711' }],
  ['POST', '/api/functions/check_coding_progress', {}],
  ['GET', '/readyz', undefined],
] as const;

const allUnavailable = async () => {
  for (const [method, path, body] of ASKED) {
    const before = performance.now();
    const answer = await call(api, method, path, { body });
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2']);
    expect(answer.body).toMatchObject({ status: 'error', retryable: true, text: expect.stringContaining('Redis') });
    expect(performance.now() - before).toBeLessThan(3_000);
  }
};

test('while Redis is gone every route says so soon, and works again once it is back', async () => {
  await server.stop('SIGKILL');
  await allUnavailable();
  expect((await call(api, 'GET', '/livez')).status).toBe(200);
  await server.restart();
  const back = Date.now() + 5_000;
  while (!control.redis.isReady && Date.now() < back) await new Promise((resolve) => setImmediate(resolve));
  expect((await call(api, 'GET', '/readyz')).status).toBe(200);
  expect((await call(api, 'GET', '/api/tasks')).status).toBe(200);
}, 20_000);

test('a Redis that hangs does not hang the caller', async () => {
  process.kill(server.pid, 'SIGSTOP');
  try {
    await allUnavailable();
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
}, 30_000);
