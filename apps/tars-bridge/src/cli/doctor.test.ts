import { once } from 'node:events';
import { chmod, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { announce, createOutbox, type NotifierPresence, type WorkerPresence } from '@tars/core/redis';
import { type FakeClaude, type FakeN8n, startFakeClaude, startFakeN8n, waitUntil } from '@tars/testkit';
import { openGate, type RedisGate } from '../testing/redis-gate.js';
import { useTars } from '../testing/use-tars.js';
import type { Finding } from './doctor/finding.js';

const KEY = 'sk-ant-test-key-of-the-doctor';
const WORKER: WorkerPresence = {
  id: 'w1',
  host: 'here',
  pool: '',
  roots: ['/'],
  slots: 2,
  busy: 0,
  sandbox: 'bwrap',
  key: true,
  model: 'm',
};
const NOTIFIER: NotifierPresence = { id: 'n1', host: 'here', delivers: true };

const world = useTars();
let gate: RedisGate;
let claude: FakeClaude;
let n8n: FakeN8n;
const state = () => join(world.dir, 'state');
const signingKey = () => join(state(), 'confirmation-signing-key.pem');

beforeAll(async () => {
  gate = await openGate(world.socket);
  claude = await startFakeClaude({
    scenario: {
      api_key: KEY,
      models: ['claude-sonnet-4-5', 'claude-sonnet-5-5', { id: 'claude-2', lifecycle: 'retired' }],
      turns: [{ text: 'hi' }],
    },
  });
  n8n = await startFakeN8n();
  await world.run(['list']);
});
afterAll(() => Promise.all([gate.shut(), claude.close(), n8n.close()]));

let settings: Record<string, string>;
beforeEach(() => {
  settings = {
    REDIS_URL: gate.url,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: claude.url,
    N8N_WEBHOOK_URL: `${n8n.url}/webhook/tars`,
    WEBHOOK_PORT: '0',
  };
});

type Report = { code: number; ok: boolean; findings: Finding[] };

/** The doctor's report while these processes are alive. */
async function examined(workers = [WORKER], notifiers = [NOTIFIER], args: string[] = []): Promise<Report> {
  for (const worker of workers) await announce(world.redis, 'worker', worker);
  for (const notifier of notifiers) await announce(world.redis, 'notifier', notifier);
  const { code, stdout } = await world.run(['doctor', '--json', ...args], { env: settings });
  return { code, ...JSON.parse(stdout) };
}

const problems = ({ findings }: Report) => findings.filter(({ level }) => level === 'problem');

test('where all is well nothing is found, and what is sent is one test update, unless it is told to be silent', async () => {
  const report = await examined();
  expect(problems(report)).toEqual([]);
  expect(report).toMatchObject({ code: 0, ok: true });
  expect(n8n.deliveries().map(({ body }) => body)).toEqual([
    expect.objectContaining({ target: 'discord', source: 'background_task', task_id: 'test', type: 'test', message: expect.any(String) }),
  ]);
  expect(report.findings.map(({ check }) => check)).toEqual([
    'redis',
    'claude',
    'cost',
    'clock',
    'worker',
    'sandbox',
    'n8n',
    'notifier',
    'code',
    'keys',
    'state',
    'disk',
    'port',
    'return',
  ]);
  await announce(world.redis, 'worker', WORKER);
  await announce(world.redis, 'notifier', { ...NOTIFIER, told: { n8n: Date.now() - 3_000 } });
  const { stdout } = await world.run(['doctor', '--silent'], { env: settings });
  expect(n8n.deliveries()).toHaveLength(1);
  expect(stdout).toMatch(/knows where to send updates; nothing waits, the last one was taken \d+ s ago/);
  expect(stdout).toMatch(/^ok {7}redis {5}Redis \d.* keeps what it is given\.\n[\s\S]*\nNo problem found\.\n$/);
});

/** Breaks one thing, and tells how to mend it again. */
type Breakage = () => Promise<(() => Promise<unknown>) | undefined> | undefined | (() => Promise<unknown>);
const set = (name: string, value: () => string) => (): undefined => {
  settings[name] = value();
};
const configured = (name: string, value: string, before: string) => async () => {
  await world.redis.configSet(name, value);
  return () => world.redis.configSet(name, before);
};
/** Redis does not end while it writes the first append-only file, so that must be over. */
const forgetful = async () => {
  await world.redis.configSet('appendonly', 'no');
  return async () => {
    await world.redis.configSet('appendonly', 'yes');
    await waitUntil(async () => /aof_rewrite_in_progress:0\s[\s\S]*aof_rewrite_scheduled:0\s/.test(await world.redis.info('persistence')));
  };
};
const nearlyFull = async () => {
  const used = Number(/used_memory:(\d+)/.exec(await world.redis.info('memory'))?.[1]);
  return configured('maxmemory', String(Math.ceil(used * 1.05)), '0')();
};
const mode = (path: () => string, broken: number, right: number) => async () => {
  await chmod(path(), broken);
  return () => chmod(path(), right);
};
/** What this machine's clock is to the process that looks at it. */
const clockAhead = (minutes: number) => (): undefined => {
  const shifted = `const now = Date.now; Date.now = () => now() + ${minutes * 60_000};`;
  settings.NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(shifted)}`;
};
/** A machine on which Node is all there is. */
const withoutSandbox = async () => {
  const bin = await mkdtemp(join(world.dir, 'bin-'));
  await symlink(process.execPath, join(bin, 'node'));
  Object.assign(settings, { PATH: bin, SANDBOX: 'required' });
  return undefined;
};
const nowhere = 'http://127.0.0.1:1';

const BREAKAGES: [what: string, breakage: Breakage, check: string, message: RegExp, fix: RegExp][] = [
  ['Redis down', set('REDIS_URL', () => 'redis://127.0.0.1:1/0'), 'redis', /does not answer at 127\.0\.0\.1:1/, /REDIS_URL/],
  ['a password missing', configured('requirepass', 'geheim', ''), 'redis', /wants a password and got none/, /REDIS_PASSWORD/],
  [
    'a wrong password',
    async () => {
      settings.REDIS_PASSWORD = 'falsch';
      return configured('requirepass', 'geheim', '')();
    },
    'redis',
    /refuses the password/,
    /REDIS_PASSWORD/,
  ],
  ['a Redis that forgets', forgetful, 'redis', /no append-only file/, /appendonly yes/],
  ['a Redis that throws away', configured('maxmemory-policy', 'allkeys-lru', 'noeviction'), 'redis', /allkeys-lru/, /noeviction/],
  ['a refused key', set('ANTHROPIC_API_KEY', () => 'sk-ant-another'), 'claude', /refuses the key \(401\)/, /ANTHROPIC_API_KEY/],
  ['no way to Claude', set('ANTHROPIC_BASE_URL', () => nowhere), 'claude', /cannot be reached/, /network/],
  ['unknown models', set('CLAUDE_MODEL', () => 'claude-1'), 'claude', /claude-1/, /CLAUDE_MODEL/],
  ['a retired model', set('CLAUDE_MODEL', () => 'claude-2'), 'claude', /none of the models claude-2/, /CLAUDE_MODEL/],
  ['a clock that is wrong', clockAhead(61), 'clock', /61 min ahead of Redis' and Claude's/, /set-ntp/],
  ['a sandbox that is missing', withoutSandbox, 'sandbox', /no sandbox here .*SANDBOX=required/, /apt-get install bubblewrap socat/],
  ['a test address', set('N8N_WEBHOOK_URL', () => `${n8n.url}/webhook-test/x`), 'n8n', /test address/, /production address/],
  ['n8n down', set('N8N_WEBHOOK_URL', () => `${nowhere}/webhook/x`), 'n8n', /does not answer/, /N8N_WEBHOOK_URL/],
  ['an open state directory', mode(state, 0o755, 0o700), 'state', /open to other users/, /chmod 700/],
  ['an open signing key', mode(signingKey, 0o644, 0o600), 'keys', /read by others/, /chmod 600/],
  ['a Redis nearly full', nearlyFull, 'redis', /% of the memory it may have/, /tars purge/],
  [
    'a replica',
    async () => {
      // One that takes writes all the same, for the test to say that worker and notifier live.
      await world.redis.configSet('replica-read-only', 'no');
      await world.redis.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
      return () => world.redis.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    },
    'redis',
    /is a replica/,
    /primary/,
  ],
  [
    'updates that wait',
    async () => {
      const id = await world.started();
      const [queued] = (await world.redis.xRange(`tars:task:${id}:events`, '-', '+', { COUNT: 1 })) ?? [];
      const event = JSON.parse(queued?.message.event ?? '');
      await world.redis.del(`tars:task:${id}:events`);
      await world.redis.xAdd(`tars:task:${id}:events`, '1-0', { event: JSON.stringify({ ...event, at: Date.now() - 600_000 }) });
      return undefined;
    },
    'notifier',
    /Updates of one task wait to be delivered, the oldest for 10 min/,
    /log of the notifier/,
  ],
  [
    'an update that could not be told',
    async () => {
      await createOutbox(world.redis, 'n8n').refuse({ taskId: 'a7f3', seq: 3, status: null, at: Date.now() });
      return undefined;
    },
    'notifier',
    /could not be read or put into words/,
    /same version/,
  ],
  [
    'refused updates',
    async () => {
      await createOutbox(world.redis, 'n8n').refuse({ taskId: 'a7f3', seq: 3, status: 404, at: Date.now() });
      return undefined;
    },
    'notifier',
    /One update was given up.*#a7f3, n8n refused with status 404/,
    /Activate/,
  ],
  [
    'a taken port',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      settings.WEBHOOK_PORT = String((server.address() as AddressInfo).port);
      return async () => server.close();
    },
    'port',
    /taken by something else/,
    /WEBHOOK_PORT/,
  ],
];

test.each(BREAKAGES)('%s is found, with what mends it', async (_, breakage, check, message, fix) => {
  if (check === 'claude' && settings.CLAUDE_MODEL === undefined) settings.CLAUDE_MODEL_FALLBACKS = 'none';
  const mend = await breakage();
  try {
    const report = await examined();
    expect(problems(report)).toEqual([
      { check, level: 'problem', message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
    ]);
    expect(report).toMatchObject({ code: 1, ok: false });
  } finally {
    await mend?.();
  }
});

test("nobody alive: tasks and updates would wait, and a missing key is nobody else's to have", async () => {
  delete settings.ANTHROPIC_API_KEY;
  const report = await examined([], []);
  expect(problems(report)).toEqual([
    {
      check: 'claude',
      level: 'problem',
      message: expect.stringContaining('no key for Claude'),
      fix: expect.stringContaining('ANTHROPIC_API_KEY'),
    },
    { check: 'worker', level: 'problem', message: expect.stringContaining('No worker is alive'), fix: expect.stringContaining('tars up') },
    {
      check: 'notifier',
      level: 'problem',
      message: expect.stringContaining('No notifier is alive'),
      fix: expect.stringContaining('tars notifier'),
    },
  ]);
});

test("the key may be the worker's alone; without one it takes no task", async () => {
  delete settings.ANTHROPIC_API_KEY;
  expect(problems(await examined())).toEqual([]);
  const report = await examined([{ ...WORKER, key: false, sandbox: 'none' }], [{ ...NOTIFIER, delivers: false }]);
  expect(problems(report).map(({ check, message }) => `${check}: ${message}`)).toEqual([
    'claude: There is no key for Claude: tasks would wait.',
    'worker: The worker on here has no key for Claude and takes no task.',
    'notifier: The notifier that is alive does not know where to send updates.',
  ]);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ check: 'worker', level: 'note', message: expect.stringContaining('without a sandbox') }),
  );
});

test('a model that is gone has a successor, and a port that has our own api is not taken', async () => {
  settings.CLAUDE_MODEL = 'claude-1';
  const api = world.spawn(['api'], { env: { ...settings, LOG_FORMAT: 'json' } });
  await api.saw(/Listening on http:/);
  settings.WEBHOOK_PORT = /Listening on http:\S+:(\d+)/.exec(api.shown())?.[1] ?? '';
  const { code, findings } = await examined();
  expect(code).toBe(0);
  expect(findings).toContainEqual({
    check: 'claude',
    level: 'note',
    message: 'Claude no longer has claude-1; a worker that starts now uses claude-sonnet-5-5.',
    fix: 'Set CLAUDE_MODEL=claude-sonnet-5-5.',
  });
  expect(findings.find(({ check }) => check === 'port')?.message).toMatch(/^The api answers on /);
  api.kill('SIGTERM');
  await api.ended;
});

test('what is odd about the settings is a note', async () => {
  Object.assign(settings, { CONFIRMATION_CODE: '6283', DISCORD_BUTTONS: 'true' });
  const { code, findings } = await examined();
  expect(code).toBe(0);
  const notes = findings.filter(({ check, level }) => check === 'settings' && level === 'note').map(({ message }) => message);
  expect(notes).toEqual([expect.stringContaining('DISCORD_BUTTONS'), expect.stringContaining('ANYONE CAN APPROVE')]);
});

test('settings that cannot be read are all named at once', async () => {
  const file = join(world.dir, 'broken.env');
  await writeFile(file, 'SANDBOX=perhaps\nMAX_ITERATIONS=many\n');
  const { code, stderr } = await world.run(['doctor', '--env-file', file]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/MAX_ITERATIONS[\s\S]*SANDBOX/);
});
