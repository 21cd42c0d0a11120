// The catalogue of attacks on access (A1–A5): every route, asked by everybody, about a task that is not theirs.
import { expect, test } from '@jest/globals';
import { createApi } from './app.js';
import { CODE, notice, SHARED, useApi } from './testing/use-api.js';

const world = useApi();

const TOKENS = {
  nobody: undefined,
  guesser: 'api-token-of-anna-x',
  n8n: SHARED.WEBHOOK_TOKEN,
  owner: SHARED.API_TOKEN,
  anna: 'api-token-of-anna',
  bert: 'api-token-of-bert',
} as const;
type Who = keyof typeof TOKENS;

const ask = async (who: Who, method: string, path: string, body?: unknown) => {
  const token = TOKENS[who];
  const response = await world.open(path, {
    method,
    serving: world.shared,
    ...(token === undefined ? {} : { token }),
    ...(method === 'GET' ? {} : { body: body ?? bodyFor(path) }),
    headers: { accept: '*/*' },
    signal: AbortSignal.timeout(10_000),
  });
  // A stream that is let in says so in its head.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (isStream) await response.body?.cancel();
  return { status: response.status, text: isStream ? 'a stream' : await response.text() };
};

/** Each route's body, as far as it needs one to get to the task. */
const BODIES: readonly [RegExp, unknown][] = [
  [/\/answer$/, { answer: 'yes' }],
  [/\/confirmation$/, { confirmation_code: CODE }],
  [/\/messages$/, { message: 'use tabs' }],
];
const bodyFor = (path: string): unknown => BODIES.find(([pattern]) => pattern.test(path))?.[1] ?? {};

const config = { webhookTokens: null, webhookSecrets: null, apiTokens: null };
const routesOfTasks = () =>
  createApi({ ...world.control, config, logger: world.logger }).routes.flatMap(({ method, path }) =>
    path.startsWith('/api/tasks/:id') && method !== 'ALL' ? [{ method, path }] : [],
  );

test("A1 A2 every route about another's task answers as for one that never was, and changes nothing", async () => {
  const routes = routesOfTasks();
  expect(routes.length).toBeGreaterThan(6);
  const { id } = await world.waiting('anna');
  const facts = { kind: 'result', branch: `tars/${id}`, base: 'b', commit: 'c', bytes: 4, attempt: 1, at: 0 } as const;
  await world.control.store.saveBundle(id, facts, Buffer.from('work'));
  const before = await world.control.store.events(id);
  for (const { method, path } of routes) {
    const [theirs, nobodys] = [path.replace(':id', id), path.replace(':id', 'zzzz')];
    for (const who of ['nobody', 'guesser', 'n8n'] as const) {
      expect([who, method, path, (await ask(who, method, theirs)).status]).toEqual([who, method, path, 401]);
    }
    for (const who of ['bert', 'owner'] as const) {
      const [foreign, unknown] = [await ask(who, method, theirs), await ask(who, method, nobodys)];
      expect([who, method, path, foreign]).toEqual([who, method, path, unknown]);
      expect([method, path, foreign.status]).toEqual([method, path, 404]);
    }
  }
  expect(await world.control.store.events(id)).toEqual(before);
  // The same routes are there for her: otherwise the above would prove nothing.
  for (const { method, path } of routes.filter(({ method: m }) => m === 'GET')) {
    expect([path, (await ask('anna', method, path.replace(':id', id))).status]).not.toEqual([path, 404]);
  }
  expect(await ask('anna', 'POST', `/api/tasks/${id}/confirmation`)).toMatchObject({ status: 200 });
});

test("A2 the functions know of another's task as little, by id, by word or by there being only one", async () => {
  const { id } = await world.waiting('anna');
  const call = (who: Who, name: string, args: object) => ask(who, 'POST', `/api/functions/${name}`, args);
  for (const task_id of [id, 'latest', 'tidy', id.slice(0, 3)]) {
    expect((await call('bert', 'check_coding_progress', { task_id })).text).toContain('Task not found');
    expect((await call('bert', 'cancel_coding_task', { task_id })).text).toContain('Task not found');
    expect((await call('bert', 'submit_background_confirmation', { task_id, confirmation_code: CODE })).text).toContain('Task not found');
  }
  expect((await call('bert', 'check_coding_progress', {})).text).toContain('No background tasks running');
  expect((await call('bert', 'cancel_coding_task', {})).text).toContain('No background tasks running');
  expect((await call('bert', 'list_coding_tasks', {})).text).not.toContain(id);
  expect((await call('anna', 'check_coding_progress', { task_id: id })).text).toContain(`Task #${id}: started`);
});

test('A2 lists and the audit trail hold what is one’s own', async () => {
  const [annas, berts] = [await world.running('anna'), await world.running('bert')];
  for (const [who, own, other] of [
    ['anna', annas, berts],
    ['bert', berts, annas],
  ] as const) {
    for (const path of ['/api/tasks', '/api/tasks?state=started', '/api/audit']) {
      const { status, text } = await ask(who, 'GET', path);
      expect([path, status, text.includes(own), text.includes(other)]).toEqual([path, 200, true, false]);
    }
  }
  expect((await ask('owner', 'GET', '/api/tasks')).text).toBe('{"tasks":[],"more":0}');
});

test('A3 a stream ends with the access it was opened with; whoever may still come in misses nothing', async () => {
  const [annas, berts] = [await world.running('anna'), await world.running('bert')];
  const open = async (id: string, token: string, after = '0') => {
    const response = await world.open(`/api/tasks/${id}/events`, { serving: world.shared, token, headers: { 'last-event-id': after } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    /** All that was told so far, once `wanted` is in it or the stream is over. */
    const until = async (wanted: string | null) => {
      while (wanted === null || !text.includes(wanted)) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done) break;
        text += value;
      }
      return text;
    };
    return { status: response.status, until, leave: () => reader?.cancel() };
  };
  const [hers, his] = [await open(annas, TOKENS.anna), await open(berts, TOKENS.bert)];
  await Promise.all([hers.until('task.claimed'), his.until('task.claimed')]);
  const all = world.sharedSettings();
  world.shared.renew({ ...all, ownerTokens: (all.ownerTokens ?? []).filter(({ owner }) => owner === 'bert') });
  try {
    await hers.until(null);
    const told = await his.until(null);
    expect((await open(annas, TOKENS.anna)).status).toBe(401);
    await world.happens(berts, [notice('meanwhile')]);
    const again = await open(berts, TOKENS.bert, /id: (\d+)\n\n$/.exec(told)?.[1]);
    expect(await again.until('meanwhile')).not.toContain('task.claimed');
    await again.leave();
  } finally {
    world.shared.renew(all);
  }
});

test('A4 whose task it is follows from the token; a body that says otherwise is refused', async () => {
  const wish = { goal: 'build a calculator', project: 'calculator' };
  for (const key of ['owner', 'user_id', 'user']) {
    expect(await ask('bert', 'POST', '/api/tasks', { ...wish, [key]: 'anna' })).toMatchObject({ status: 400 });
  }
  const [annas, berts] = [await ask('anna', 'POST', '/api/tasks', wish), await ask('bert', 'POST', '/api/tasks', wish)];
  const [of1, of2] = [JSON.parse(annas.text), JSON.parse(berts.text)] as { task_id: string; owner: string }[];
  expect([of1?.owner, of2?.owner]).toEqual(['anna', 'bert']);
  // The same wish in the same conversation, but of two people: the second is not given the first one's task.
  expect(of1?.task_id).not.toBe(of2?.task_id);
});

test.each(['/', '~', '..', '//', '/../..', '/etc', '/etc/passwd', 'calculator/../../..', 'calc\\u0000ulator', '/proc/self/root', '.'])(
  'A5 the project %s is refused',
  async (project) => {
    const { status, text } = await ask('anna', 'POST', '/api/tasks', `{"goal":"look around","project":"${project}"}`);
    expect([status, text]).toEqual([400, expect.not.stringContaining('root:')]);
    expect(await world.control.store.list()).toEqual([]);
  },
);

test("n8n carries everybody's answers: its token confirms any task, but reads none", async () => {
  const { id } = await world.waiting('anna');
  expect(await ask('n8n', 'POST', '/webhook/background-confirmation', { task_id: id, confirmation_code: CODE })).toMatchObject({
    status: 200,
  });
  expect(await ask('n8n', 'GET', `/api/tasks/${id}`)).toMatchObject({ status: 401 });
});
