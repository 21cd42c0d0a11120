import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ConfirmationRequest, hashAction } from '@tars/core';
import { connectRedis, createTaskStore, type Redis, type TaskStore } from '@tars/core/redis';
import { createFakeCall, startTestRedis, type TempDir, type TestRedis, tempDir, waitUntil } from '@tars/testkit';
import { type BridgeOptions, BridgeSettingsError, createTarsBridge, type TarsBridge } from './index.js';

const CODE = '4719';
const SESSION = { sessionId: 'evening' };
const NOT_AVAILABLE = 'Background task system is not available, sir. Please ensure Redis is running.';

/** Redis behind a TCP port of the test's own: shut, open, or open and silent. */
async function gateTo(
  socketPath: string,
): Promise<{ url: string; open(): Promise<void>; shut(): Promise<void>; hush(): void; stopOwnSockets(): void }> {
  const sockets = new Set<Socket>();
  let silent = false;
  const server: Server = createServer((client) => {
    sockets.add(client.on('error', () => {}));
    if (silent) return;
    const redis = connect(socketPath).on('error', () => client.destroy());
    sockets.add(redis);
    client.pipe(redis).pipe(client);
    client.on('close', () => redis.destroy());
    redis.on('close', () => client.destroy());
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stopOwnSockets = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const port = await listen(0);
  const shut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    stopOwnSockets();
    await closed;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    async open() {
      silent = false;
      if (!server.listening) await listen(port);
    },
    shut,
    hush() {
      silent = true;
    },
    stopOwnSockets,
  };
}

let redisServer: TestRedis;
let redis: Redis;
let store: TaskStore;
let dir: TempDir;
let project: string;
let gate: Awaited<ReturnType<typeof gateTo>>;
const bridges: TarsBridge[] = [];

beforeAll(async () => {
  redisServer = await startTestRedis();
  redis = await connectRedis(redisServer.endpoint);
  store = createTaskStore(redis);
});
afterAll(async () => {
  redis.destroy();
  await redisServer.close();
});
beforeEach(async () => {
  await redis.flushDb();
  dir = await tempDir();
  project = join(dir.path, 'calculator');
  await mkdir(project);
  gate = await gateTo(redisServer.socket);
});
afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.close()));
  await gate.shut();
  await dir.remove();
});

async function open(options: BridgeOptions = {}, env: Record<string, string> = {}): Promise<TarsBridge> {
  const bridge = await createTarsBridge({
    env: {
      REDIS_URL: gate.url,
      CONFIRMATION_CODE: CODE,
      PROJECTS_ROOT: dir.path,
      TARS_STATE_DIR: join(dir.path, 'state'),
      LOG_LEVEL: 'error',
      ...env,
    },
    ...options,
  });
  bridges.push(bridge);
  return bridge;
}

async function start(bridge: TarsBridge, goal = 'build a calculator'): Promise<string> {
  const { task } = await bridge.call('start_autonomous_coding', { goal, project_path: project }, SESSION);
  if (task === undefined) throw new Error('The task was not started.');
  return task.task_id;
}

/** What a worker does when the agent wants to delete a file. */
async function askForCode(id: string, command = 'rm old_backup.js'): Promise<ConfirmationRequest> {
  const at = Date.now();
  const nonce = `nonce-${id}`;
  const worker = { id: 'w1', host: 'here', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  const confirmation = {
    id: `cf-${id}`,
    callId: 'call-1',
    command,
    cwd: project,
    reason: 'delete files',
    rule: 'rm',
    agentSays: 'clean up',
    access: [],
    actionHash: hashAction({ command, cwd: project }),
    askedAt: at,
    expiresAt: at + 300_000,
  };
  const claimed = await store.commit(id, {
    as: { role: 'claim', nonce },
    events: [{ type: 'task.claimed', at, attempt: 1, worker, afterCrash: false }],
  });
  expect(claimed.kind).toBe('committed');
  const asked = await store.commit(id, { as: { role: 'owner', nonce }, events: [{ type: 'confirmation.requested', at, confirmation }] });
  expect(asked.kind).toBe('committed');
  return confirmation;
}

async function cancelled(id: string, channel: 'http' | 'voice' = 'http'): Promise<void> {
  const done = await store.commit(id, {
    as: { role: 'outsider' },
    events: [{ type: 'task.cancelled', at: Date.now(), channel, stopped: 0 }],
  });
  expect(done.kind).toBe('committed');
}

test('without Redis every call says so in the kept sentence, and the bridge heals once Redis is there', async () => {
  await gate.shut();
  const bridge = await open();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({
    ok: false,
    text: NOT_AVAILABLE,
    reasonCode: 'unavailable',
    retryable: true,
  });
  expect(bridge.functionDeclarations({ format: 'gemini' })).toHaveLength(4);
  expect(await bridge.hear(`my code is ${CODE}`, SESSION)).toStrictEqual({ kind: 'none', redacted: 'my code is [redacted]' });
  expect((await bridge.fetch(new Request('http://127.0.0.1/api/tasks'))).status).toBe(503);
  await gate.open();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: true, text: 'No background tasks running, sir.' });
});

test('Redis lost in between is said within five seconds, and forgotten once it is back', async () => {
  const bridge = await open();
  const id = await start(bridge);
  await gate.shut();
  const before = performance.now();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: false, text: NOT_AVAILABLE });
  expect(performance.now() - before).toBeLessThan(5_500);
  await gate.open();
  await waitUntil(async () => (await bridge.call('check_coding_progress', { task_id: id }, SESSION)).ok, { what: 'the bridge to heal' });
});

test('a Redis that accepts and never answers does not hold up the host', async () => {
  gate.hush();
  const before = performance.now();
  const bridge = await open();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: false, text: NOT_AVAILABLE });
  expect(performance.now() - before).toBeLessThan(9_000);
  gate.stopOwnSockets();
}, 15_000);

test('a goal is accepted with the described text, in the open project, once per call id', async () => {
  const bridge = await open({ currentProject: () => project });
  const call = () => bridge.call('start_autonomous_coding', '{"goal":"build a calculator"}', { ...SESSION, callId: 'fc-1' });
  const first = await call();
  const id = first.task?.task_id;
  expect(first.text.split('\n').slice(0, 3)).toStrictEqual([
    `Started autonomous coding task #${id} in background, sir.`,
    'Goal: build a calculator',
    `Project: ${project}`,
  ]);
  expect((await call()).task?.task_id).toBe(id);
});

test('a limited conversation is refused whatever it calls, and gets no declarations', async () => {
  const bridge = await open();
  expect(bridge.functionDeclarations({ format: 'gemini', permission: 'limited' })).toStrictEqual([]);
  const answer = await bridge.call('check_coding_progress', {}, { ...SESSION, permission: 'limited' });
  expect(answer).toMatchObject({ ok: false, reasonCode: 'not_permitted' });
});

test('a code that slipped into a goal is not kept', async () => {
  const bridge = await open();
  const id = await start(bridge, `delete the old files, my code is ${CODE}`);
  expect((await store.read(id))?.goal).toBe('delete the old files, my code is [redacted]');
});

test('a code is heard only while one is awaited, approves the command, and is nowhere in what may be stored', async () => {
  const bridge = await open();
  const id = await start(bridge);
  expect(await bridge.hear(`the code is ${CODE}`, SESSION)).toMatchObject({ kind: 'none', redacted: 'the code is [redacted]' });
  await askForCode(id);
  expect(await bridge.hear('four seven one nine', SESSION)).toStrictEqual({
    kind: 'code',
    redacted: '[redacted]',
    reply: `Confirmation code received for task ${id}, sir. The background task will continue.`,
  });
  expect(await store.read(id)).toMatchObject({ confirmation: null, grant: { confirmationId: `cf-${id}` } });
});

test('a wrong code is taken out of the utterance too, and the command still waits', async () => {
  const bridge = await open();
  const id = await start(bridge);
  await askForCode(id);
  const heard = await bridge.hear('my code is 1234', SESSION);
  expect(heard).toMatchObject({ kind: 'code', redacted: 'my code is [redacted]', reply: expect.stringContaining('4 tries are left') });
  expect((await store.read(id))?.confirmation).not.toBeNull();
});

test('a no denies the command and its reason reaches the agent', async () => {
  const bridge = await open({ persona: 'captain' });
  const id = await start(bridge);
  await askForCode(id);
  expect(await bridge.hear('no, because I still need that file', SESSION)).toMatchObject({
    kind: 'deny',
    reply: `Denied, captain. Task ${id} goes on without that command.`,
  });
  const answered = (await store.events(id)).map(({ event }) => event).find((event) => event.type === 'confirmation.answered');
  expect(answered).toMatchObject({ outcome: 'denied', feedback: expect.stringContaining('I still need that file') });
});

test('talk is no answer, even while a code is awaited', async () => {
  const bridge = await open();
  const id = await start(bridge);
  await askForCode(id);
  expect(await bridge.hear('meet me at 6283 Elm street', SESSION)).toStrictEqual({ kind: 'none', redacted: 'meet me at 6283 Elm street' });
  expect((await store.read(id))?.confirmation).not.toBeNull();
});

test('the instructions name the task that waits for a code, and stop once it is answered', async () => {
  const bridge = await open();
  expect(bridge.instructions()).toContain('No background task waits');
  const id = await start(bridge);
  await askForCode(id);
  await waitUntil(() => bridge.instructions().includes(`submit_background_confirmation with task_id ${id}`), {
    what: 'the instructions to name the task',
  });
  expect(bridge.instructions()).toContain('"rm old_backup.js"');
  await bridge.hear(CODE, SESSION);
  await waitUntil(() => bridge.instructions().includes('No background task waits'), { what: 'the instructions to be calm again' });
});

test('the events of a task begin at now, come in order with their sentences, and end with the task', async () => {
  const bridge = await open();
  const id = await start(bridge);
  const events = bridge.events({ taskId: id });
  await askForCode(id);
  await cancelled(id);
  const told: string[] = [];
  for await (const { event, text } of events) told.push(text ?? event.type);
  expect(told).toStrictEqual([
    'task.claimed',
    expect.stringContaining(`Background Task #${id} Needs Confirmation`),
    `🛑 Task #${id} cancelled.`,
  ]);
});

test('the events of all tasks begin with tasks that are new, over a loss of Redis, until aborted', async () => {
  const bridge = await open();
  const old = await start(bridge, 'an older goal');
  const stop = new AbortController();
  const told: string[] = [];
  const following = (async () => {
    for await (const { taskId, event } of bridge.events({ signal: stop.signal })) told.push(`${taskId} ${event.type}`);
  })();
  const id = await start(bridge);
  await waitUntil(() => told.includes(`${id} task.queued`), { what: 'the new task' });
  await gate.shut();
  await cancelled(id);
  await gate.open();
  await waitUntil(() => told.includes(`${id} task.cancelled`), { timeoutMs: 10_000, what: 'what happened meanwhile' });
  stop.abort();
  await following;
  expect(told.filter((line) => line.startsWith(old))).toStrictEqual([]);
}, 15_000);

test('a confirmation and an ending are spoken in the call, once each', async () => {
  const voice = createFakeCall(SESSION);
  const bridge = await open({ voice });
  const id = await start(bridge);
  await askForCode(id);
  expect(await voice.waitForSpoken(/confirmation code/)).toBe(
    'Sir, the background programming task needs your confirmation code. I need to run: rm old_backup.js. This is needed to delete files. Please provide your confirmation code.',
  );
  await bridge.hear(CODE, SESSION);
  await cancelled(id);
  await voice.waitForSpoken(/cancelled/);
  expect(voice.spoken).toHaveLength(2);
});

test('the api is mounted as a fetch handler: another host calls the functions and gives the code', async () => {
  const bridge = await open();
  const post = (path: string, body: unknown) =>
    bridge.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const started = await post('/api/functions/start_autonomous_coding', { goal: 'build a calculator', project_path: project });
  const { task } = (await started.json()) as { task: { task_id: string } };
  await askForCode(task.task_id);
  const wrong = await post('/webhook/background-confirmation', { confirmation_code: '1234' });
  expect([wrong.status, await wrong.json()]).toMatchObject([403, { reason: 'wrong_code', tries_left: 4 }]);
  const right = await post('/webhook/background-confirmation', { confirmation_code: CODE, task_id: task.task_id });
  expect([right.status, await right.json()]).toMatchObject([200, { status: 'ok', task_id: task.task_id }]);
});

test('settings that cannot be used are refused at creation, all of them together', async () => {
  const refusal = await open({}, { CONFIRMATION_CODE: 'abc', WEBHOOK_PORT: 'high' }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(BridgeSettingsError);
  expect((refusal as BridgeSettingsError).problems).toStrictEqual([
    expect.stringContaining('CONFIRMATION_CODE'),
    expect.stringContaining('WEBHOOK_PORT'),
  ]);
});
