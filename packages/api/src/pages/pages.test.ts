import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { createApi } from '../app.js';
import { openHouse } from '../house.js';
import { CODE, notice, SHARED, TOKENS, useApi } from '../testing/use-api.js';
import { csrfOf } from './sessions.js';

const world = useApi();

type Asked = {
  cookie?: string;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  serving?: typeof world.api;
  csrf?: string | null;
};

/** As a browser does: forms with their proof of origin, the cookie by hand, no redirect followed. */
async function browse(path: string, { cookie, form, headers = {}, serving = world.api, csrf }: Asked = {}) {
  const id = cookie?.split('=')[1] ?? '';
  const proof = csrf === undefined ? csrfOf(id) : csrf;
  const body = form === undefined ? undefined : new URLSearchParams({ ...form, ...(proof === null ? {} : { csrf: proof }) });
  const response = await fetch(`${serving.url}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const given = /tars_session=[\w-]+/.exec(response.headers.get('set-cookie') ?? '')?.[0];
  return { status: response.status, to: response.headers.get('location'), given, headers: response.headers, text: await response.text() };
}

const visiting = async (serving = world.api, path = '/') => (await browse(path, { serving })).given ?? '';

async function signedIn(token: string, serving = world.locked): Promise<string> {
  const cookie = await visiting(serving, '/sign-in');
  const { status, given } = await browse('/sign-in', { serving, cookie, form: { token } });
  expect(status).toBe(303);
  return given ?? '';
}

const SCRIPT = '<script>alert(1)</script>';

test('what people and the agent wrote stands on the pages as text', async () => {
  const { id } = await world.waiting();
  await world.happens(id, [
    notice(`${SCRIPT} the code is ${CODE}`),
    { type: 'plan.updated', at: Date.now(), steps: [{ title: SCRIPT, status: 'active' }] },
  ]);
  await world.control.store.appendOutput(id, `${SCRIPT}\u001b[31m red`);
  const { text, headers } = await browse(`/tasks/${id}`);
  expect(text).not.toContain('<script>alert');
  expect(text.match(/&lt;script&gt;alert\(1\)/g)?.length).toBeGreaterThanOrEqual(3);
  expect(text).toContain('the code is [redacted]');
  expect(text).not.toContain('\u001b');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*style-src 'self'/);
  expect(policy).not.toContain('unsafe');
  expect(headers.get('cache-control')).toBe('no-store');
  // Neither a script nor a style stands in the page itself.
  expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

test('a form needs the page it came from: the cookie, its proof, and the same origin', async () => {
  const { id } = await world.waiting();
  const cookie = await visiting();
  const path = `/tasks/${id}/confirm`;
  const form = { code: CODE };
  const before = await world.control.store.events(id);
  for (const [why, asked] of [
    ['no cookie', { form }],
    ['no proof', { form, cookie, csrf: null }],
    ['a proof made for another browser', { form, cookie, csrf: csrfOf('another') }],
    ['another site', { form, cookie, headers: { 'sec-fetch-site': 'cross-site' } }],
    ['another port', { form, cookie, headers: { 'sec-fetch-site': 'same-site' } }],
    ['a field nobody asked for', { form: { ...form, owner: 'anna' }, cookie }],
  ] as const) {
    const { status } = await browse(path, asked);
    expect([why, status]).toEqual([why, why.startsWith('a field') ? 400 : 403]);
  }
  const foreign = await browse(path, { form, cookie, headers: { origin: 'http://evil.example' } });
  expect(foreign.status).toBe(403);
  expect(await world.control.store.events(id)).toEqual(before);
  const taken = await browse(path, { form, cookie, headers: { 'sec-fetch-site': 'same-origin', origin: world.api.url } });
  expect(taken).toMatchObject({ status: 303, to: expect.stringMatching(new RegExp(`^/tasks/${id}\\?said=`)) });
  expect((await browse(taken.to ?? '', { cookie })).text).toContain('Confirmation code received');
  expect(await world.control.store.read(id)).toMatchObject({ confirmation: null, grant: { taskId: id } });
});

test('a question is answered by one of its options or in words, and each is taken once', async () => {
  const cookie = await visiting();
  for (const [text, on] of [
    ['SQLite', '/answer'],
    ['Neither: plain files', '/answer'],
  ] as const) {
    const id = await world.running();
    const at = Date.now();
    const question = {
      id: 'q1',
      callId: 'call-1',
      text: 'Which database?',
      options: ['SQLite', 'Postgres'],
      askedAt: at,
      expiresAt: at + 60_000,
    };
    await world.happens(id, [{ type: 'question.asked', at, question }]);
    const page = await browse(`/tasks/${id}`, { cookie });
    for (const words of ['Which database?', 'SQLite', 'Postgres', 'needs your answer']) expect(page.text).toContain(words);
    const form = { text, question_id: 'q1' };
    const first = await browse(`/tasks/${id}${on}`, { cookie, form });
    expect((await browse(first.to ?? '', { cookie })).text).toContain('Answer received');
    const second = await browse(`/tasks/${id}${on}`, { cookie, form });
    expect((await browse(second.to ?? '', { cookie })).text).not.toContain('Answer received for');
    const answers = (await world.control.store.events(id)).flatMap(({ event }) => (event.type === 'question.answered' ? [event.text] : []));
    expect(answers).toEqual([text]);
  }
});

test('each deed on a page is done, offered only where it can be, and answered in the words of every other channel', async () => {
  const cookie = await visiting();
  const id = await world.running();
  const offered = async () =>
    [...(await browse(`/tasks/${id}`, { cookie })).text.matchAll(/action="\/tasks\/\w+\/(\w+)"/g)].map(([, deed]) => deed);
  const does = async (deed: string, form: Record<string, string> = {}) => {
    const { to } = await browse(`/tasks/${id}/${deed}`, { cookie, form });
    return /id="said"[^>]*>([^<]*)/.exec((await browse(to ?? '', { cookie })).text)?.[1] ?? '';
  };
  expect(await offered()).toEqual(['tell', 'pause', 'cancel']);
  expect(await does('tell', { message: 'use tabs' })).toContain('the agent reads it before its next turn');
  expect((await world.control.store.read(id))?.messages).toMatchObject([{ text: 'use tabs' }]);
  expect(await does('undo')).toContain('has not ended');
  await does('pause');
  expect(await world.control.store.read(id)).toMatchObject({ pauseRequested: true });
  await world.happens(id, [{ type: 'task.paused', at: Date.now(), channel: 'http', attempt: 1 }]);
  expect(await offered()).toEqual(['tell', 'resume', 'undo', 'cancel']);
  await does('resume');
  expect(await world.control.store.read(id)).toMatchObject({ state: 'queued' });
  expect(await does('cancel')).toContain(`Task ${id} cancelled`);
  expect(await offered()).toEqual(['tell', 'retry', 'undo']);
  await does('retry');
  expect(await world.control.store.read(id)).toMatchObject({ state: 'queued' });
});

test('a list shows whose turn it is, only the state that is asked for, and no more than asked', async () => {
  const ids: string[] = [];
  for (const goal of ['first', 'second']) {
    const { body } = await world.post('/api/tasks', { goal, project: 'calculator' });
    ids.push(String(body.task_id));
  }
  const running = await world.running();
  const all = (await browse('/')).text;
  expect(all).toMatch(new RegExp(`${ids[1]}.*1 task before it.*${ids[0]}.*next in line`, 's'));
  expect(all).toContain(running);
  expect(all).toContain('No worker is alive');
  const started = (await browse('/?state=started')).text;
  expect([started.includes(running), started.includes(`#${ids[0]}`)]).toEqual([true, false]);
});

test('what does not fit on a page of the list is on those that follow, and each says how many there are', async () => {
  const { body } = await world.post('/api/tasks', { goal: 'the oldest', project: 'calculator' });
  const oldest = await world.control.store.events(String(body.task_id));
  const [queued] = oldest.flatMap(({ event }) => (event.type === 'task.queued' ? [event] : []));
  if (queued === undefined) throw new Error('not accepted');
  const accept = (index: number) => world.control.store.create(`t${index}`, { ...queued, goal: `goal ${index}`, at: queued.at + index });
  await Promise.all(Array.from({ length: 51 }, (_, index) => accept(index + 1)));
  const first = (await browse('/')).text;
  expect([first.includes('#t51'), first.includes('#t2<'), first.includes('#t1<')]).toEqual([true, true, false]);
  const older = /href="(\/\?before=t2)">2 older</.exec(first)?.[1] ?? '';
  const second = (await browse(older)).text;
  expect([second.includes('#t1<'), second.includes('the oldest'), second.includes('#t2<')]).toEqual([true, true, false]);
  expect(second).toContain('href="/?">newest<');
  expect(second).not.toContain(' older<');
  expect((await browse('/?before=zzzz')).text).toContain('#t51');
});

test('without a token only direct requests of this machine see a page', async () => {
  for (const headers of [{ 'x-forwarded-for': '203.0.113.7' }, { forwarded: 'for=203.0.113.7' }] as Record<string, string>[]) {
    expect(await browse('/', { headers })).toMatchObject({ status: 403 });
  }
  expect((await browse('/')).status).toBe(200);
  expect(await browse('/sign-in')).toMatchObject({ status: 303, to: '/' });
});

test('with a token everybody signs in; the session is random, ends on sign-out, and a cookie opens no other route', async () => {
  const { locked } = world;
  const id = await world.running();
  expect(await browse(`/tasks/${id}`, { serving: locked })).toMatchObject({ status: 303, to: `/sign-in?next=%2Ftasks%2F${id}` });
  const before = await visiting(locked, '/sign-in');
  const wrong = await browse('/sign-in', { serving: locked, cookie: before, form: { token: 'nobodys', next: `/tasks/${id}` } });
  expect([wrong.status, wrong.given, wrong.text.includes('nobodys')]).toEqual([401, undefined, false]);
  expect((await browse('/', { serving: locked, cookie: before })).status).toBe(303);
  const right = { token: TOKENS.API_TOKEN, next: '//evil.example' };
  const entered = await browse('/sign-in', { serving: locked, cookie: before, form: right });
  expect(entered).toMatchObject({ status: 303, to: '/' });
  expect(entered.given).not.toBe(before);
  expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
  const cookie = entered.given ?? '';
  expect((await browse(`/tasks/${id}`, { serving: locked, cookie })).status).toBe(200);
  // What lies in Redis opens nothing.
  for (const key of await world.control.redis.keys('tars:visit:*')) {
    const kept = await world.control.redis.get(key);
    expect((await browse('/', { serving: locked, cookie: `tars_session=${kept?.slice(0, 43)}` })).status).toBe(303);
    expect(kept).not.toContain(TOKENS.API_TOKEN);
  }
  expect((await world.open('/api/tasks', { serving: locked, headers: { cookie } })).status).toBe(401);
  expect(await browse('/sign-out', { serving: locked, cookie, form: {} })).toMatchObject({ status: 303, to: '/sign-in' });
  expect((await browse('/', { serving: locked, cookie })).status).toBe(303);
});

const pages = () =>
  createApi({
    ...world.control,
    config: { webhookTokens: null, webhookSecrets: null, apiTokens: null },
    logger: world.logger,
  }).routes.flatMap(({ method, path }) => (path.startsWith('/tasks/:id') && method !== 'ALL' ? [{ method, path }] : []));

test("A1 A2 every page about another's task answers as for one that never was, and changes nothing", async () => {
  const { shared } = world;
  const routes = pages();
  expect(routes.length).toBeGreaterThan(12);
  const { id } = await world.waiting('anna');
  const before = await world.control.store.events(id);
  const [anna, bert, owner] = [
    await signedIn('api-token-of-anna', shared),
    await signedIn('api-token-of-bert', shared),
    await signedIn(SHARED.API_TOKEN, shared),
  ];
  const FORMS: Readonly<Record<string, Record<string, string>>> = {
    confirm: { code: CODE },
    tell: { message: 'use tabs' },
    answer: { text: 'yes' },
  };
  const ask = async (cookie: string, method: string, path: string, task: string) => {
    const form = method === 'POST' ? { form: FORMS[path.split('/').at(-1) ?? ''] ?? {} } : {};
    const { status, text } = await browse(path.replace(':id', task), { serving: shared, cookie, ...form });
    return { status, text: text.replaceAll(task, 'ID') };
  };
  for (const { method, path } of routes) {
    for (const cookie of [bert, owner]) {
      const [foreign, unknown] = [await ask(cookie, method, path, id), await ask(cookie, method, path, 'zzzz')];
      expect([method, path, foreign]).toEqual([method, path, unknown]);
      expect([method, path, foreign.status]).toEqual([method, path, 404]);
    }
  }
  expect((await browse('/', { serving: shared, cookie: bert })).text).not.toContain(id);
  expect(await world.control.store.events(id)).toEqual(before);
  // The same pages are there for her: otherwise the above would prove nothing.
  expect((await browse('/', { serving: shared, cookie: anna })).text).toContain(id);
  for (const { path } of routes.filter(({ method, path: p }) => method === 'GET' && !p.endsWith('/live'))) {
    expect([path, (await ask(anna, 'GET', path, id)).status]).toEqual([path, 200]);
  }
  expect(await ask(anna, 'POST', '/tasks/:id/confirm', id)).toMatchObject({ status: 303 });
});

test('a session, and a stream opened with it, end with the token they were begun with', async () => {
  const { shared } = world;
  const [hers, his] = [await world.running('anna'), await world.running('bert')];
  const [anna, bert] = [await signedIn('api-token-of-anna', shared), await signedIn('api-token-of-bert', shared)];
  const stream = await fetch(`${shared.url}/tasks/${hers}/live`, { headers: { cookie: anna } });
  expect(stream.status).toBe(200);
  const over = stream.text();
  const all = world.sharedSettings();
  shared.renew({ ...all, ownerTokens: (all.ownerTokens ?? []).filter(({ owner }) => owner === 'bert') });
  try {
    expect(await over).toContain('event: parts');
    expect((await browse(`/tasks/${hers}`, { serving: shared, cookie: anna })).status).toBe(303);
    expect((await browse(`/tasks/${his}`, { serving: shared, cookie: bert })).status).toBe(200);
  } finally {
    shared.renew(all);
  }
});

test('a watcher that takes nothing of four megabytes holds up neither the task nor the other watchers', async () => {
  const id = await world.running();
  for (let past = 0; past < 100; past++) await world.happens(id, [notice('x'.repeat(40_000))]);
  const stuck = connect(world.api.port, '127.0.0.1');
  stuck.write(`GET /tasks/${id}/live HTTP/1.1\r\nHost: 127.0.0.1:${world.api.port}\r\n\r\n`);
  await once(stuck, 'data');
  stuck.pause();
  const leaving = new AbortController();
  const stream = await fetch(`${world.api.url}/tasks/${id}/live?after=102`, { signal: leaving.signal });
  let text = '';
  const over = stream.body?.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(chunk) {
        text += chunk;
      },
    }),
  );
  for (let number = 0; number < 10; number++) {
    expect((await world.happens(id, [notice(`number ${number}.`)])).kind).toBe('committed');
    await waitUntil(() => text.includes(`number ${number}.`), { what: 'the news' });
  }
  expect(text).not.toContain('xxxxxxxxxx');
  stuck.destroy();
  leaving.abort();
  await expect(over).rejects.toThrow('abort');
});

test('while Redis is away a page says so, and nobody is sent to sign in again', async () => {
  const cookie = await signedIn(TOKENS.API_TOKEN);
  await world.server.stop('SIGTERM');
  try {
    expect(await browse('/', { serving: world.locked, cookie })).toMatchObject({ status: 503 });
  } finally {
    await world.server.restart();
    await waitUntil(() => world.control.redis.isReady, { what: 'the way back to Redis' });
  }
  // The private Redis of a test keeps what it was told.
  expect((await browse('/', { serving: world.locked, cookie })).status).toBe(200);
});

test('over https the cookie is sent over it alone, and a form may come from the public address', async () => {
  const site = 'tars.example.com';
  const config = { ...world.sharedSettings(), publicUrl: `https://${site}` };
  const house = openHouse({ ...world.control, config, logger: world.logger });
  const ask = (host: string, init: RequestInit = {}) =>
    house.fetch(new Request('http://127.0.0.1:5002/sign-in', { ...init, headers: { ...init.headers, host } }));
  const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? '';
  const [publicly, nearby] = [await ask(site), await ask('127.0.0.1:5002')];
  expect(cookieOf(publicly)).toContain('; Secure');
  expect(cookieOf(nearby)).not.toContain('Secure');
  const id = /tars_session=([\w-]+)/.exec(cookieOf(publicly))?.[1] ?? '';
  const form = (origin: string) =>
    ask('api:5002', {
      method: 'POST',
      headers: { cookie: `tars_session=${id}`, origin },
      body: new URLSearchParams({ token: SHARED.API_TOKEN, csrf: csrfOf(id) }),
    });
  expect((await form(`https://${site}`)).status).toBe(303);
  expect((await form('https://evil.example')).status).toBe(403);
});

test('guessing tokens is slowed down', async () => {
  const cookie = await visiting(world.locked, '/sign-in');
  const answers: number[] = [];
  for (let guess = 0; guess < 25; guess++) {
    answers.push((await browse('/sign-in', { serving: world.locked, cookie, form: { token: `guess-${guess}` } })).status);
  }
  expect(answers.slice(0, 18).every((status) => status === 401)).toBe(true);
  expect(answers.at(-1)).toBe(429);
});
