// Random and hostile requests against the confirmation webhook of a real api process: nothing may break it, open it or make it grow.
//
//   npm run build && node bench/webhook-fuzz.mjs [--requests 200000] [--seed 1]       ends with 1 when a promise is broken
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { newId, newTaskId } from '../packages/core/dist/index.js';
import { connectRedis, createTaskStore, publishPrivateRedis, startPrivateRedis } from '../packages/core/dist/redis/index.js';

const { values: flags } = parseArgs({
  options: { requests: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' } },
});
const [REQUESTS, SEED] = [Number(flags.requests), Number(flags.seed)];
const HOOK = '/webhook/background-confirmation';
const TASKS = 40;
const CONNECTIONS = 16;
/** Never among the codes that are guessed here: those are shorter. */
const CODE = '918273645546';
const MAX_GROWTH_MIB = 50;

/** mulberry32: small, seeded, good enough to be replayed. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = randomFrom(SEED);
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (part) => random() < part;

const state = mkdtempSync(join(tmpdir(), 'tars-fuzz-'));
const server = await startPrivateRedis();
await publishPrivateRedis(state, server.endpoint.path);
const redis = await connectRedis(server.endpoint, () => {});
const store = createTaskStore(redis);

async function waitingTask(index) {
  const [id, nonce, at] = [newTaskId(), randomUUID(), Date.now()];
  const limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 };
  const queued = {
    type: 'task.queued',
    at,
    goal: `task ${index}`,
    project: `/p/${index}`,
    sessionId: 's',
    owner: `o${index}`,
    pool: '',
    verbose: true,
    limits,
    channel: 'http',
  };
  await store.create(id, queued);
  const worker = { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  const confirmation = {
    id: newId('conf'),
    callId: 'call',
    command: 'rm x',
    cwd: '/p',
    reason: 'delete files',
    rule: 'rm',
    agentSays: '',
    access: [],
    actionHash: 'a'.repeat(64),
    askedAt: at,
    expiresAt: at + 3_600_000,
  };
  const as = { role: 'claim', nonce };
  await store.commit(id, { as, events: [{ type: 'task.claimed', at, attempt: 1, worker, afterCrash: false }] });
  const asked = await store.commit(id, { as: { role: 'owner', nonce }, events: [{ type: 'confirmation.requested', at, confirmation }] });
  if (asked.kind !== 'committed') throw new Error(`The task does not wait: ${asked.kind}`);
  return { id, confirmationId: confirmation.id };
}

const ids = [];
for (let i = 0; i < TASKS; i++) {
  const made = await waitingTask(i).catch((error) => (String(error).includes('taken') ? null : Promise.reject(error)));
  if (made !== null) ids.push(made);
}

function startApi(env) {
  // On a large machine V8 collects late; with a bound on the old space what is still there afterwards is really held.
  const child = spawn(process.execPath, ['--max-old-space-size=96', 'packages/api/bin/tars-api.mjs'], {
    env: {
      PATH: process.env.PATH,
      HOME: state,
      TARS_STATE_DIR: state,
      WEBHOOK_PORT: '0',
      CONFIRMATION_CODE: CODE,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the api ended with ${code}`)));
    createInterface(child.stderr).on('line', (line) => {
      const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined)
        resolve({
          child,
          port: Number(port),
          rssMib: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
        });
    });
  });
}

const open = await startApi({});
const locked = await startApi({
  WEBHOOK_TOKEN: 'the-token-nobody-guesses',
  WEBHOOK_SECRET: 'the-secret-nobody-guesses',
  API_TOKEN: 'another-token-nobody-guesses',
});

const JUNK = [
  '',
  'null',
  '0',
  '[]',
  '{}',
  'true',
  '"x"',
  '{',
  '{"a":',
  '\u0000',
  '\ud800',
  '💥',
  'NaN',
  '1e999',
  '-0',
  `${'['.repeat(5_000)}`,
  'x'.repeat(70_000),
  '\\',
  '\r\n\r\n',
  "' OR 1=1 --",
  '__proto__',
];
const word = () => pick(JUNK).slice(0, 200);
const code = () => String(below(1_000_000));

function value(depth = 0) {
  const kind = below(depth > 4 ? 6 : 9);
  if (kind < 2) return code();
  if (kind === 2) return word();
  if (kind === 3) return below(10) * 10 ** below(320);
  if (kind === 4) return null;
  if (kind === 5) return chance(0.5);
  if (kind === 6) return Array.from({ length: below(4) }, () => value(depth + 1));
  return Object.fromEntries(
    Array.from({ length: below(4) }, () => [pick(['confirmation_code', 'task_id', 'source', 'a', word()]), value(depth + 1)]),
  );
}

function body() {
  const kind = below(10);
  const task = pick(ids);
  if (kind < 3) return JSON.stringify({ confirmation_code: code(), task_id: chance(0.8) ? task.id : word() });
  if (kind === 3)
    return JSON.stringify({ reply_text: `${word()} ${code()} ${task.id}`, confirmation_id: chance(0.5) ? task.confirmationId : word() });
  if (kind === 4)
    return JSON.stringify({ [pick(['confirmation_code', 'task_id', 'reply_text', 'confirmation_id', 'source', 'extra'])]: value() });
  if (kind === 5) return JSON.stringify(value());
  if (kind === 6) return pick(JUNK);
  if (kind === 7) return `{"confirmation_code":"${code()}","confirmation_code":"${code()}","task_id":"${task.id}"}`;
  const text = JSON.stringify({ confirmation_code: code(), task_id: task.id });
  if (kind === 8) return text.slice(0, below(text.length));
  const bytes = Buffer.from(text);
  for (let flips = 1 + below(4); flips > 0; flips--) bytes[below(bytes.length)] = below(256);
  return bytes;
}

const HEADERS = [
  () => ['X-Forwarded-For', '203.0.113.7'],
  () => ['Origin', 'https://evil.example'],
  () => ['Host', 'evil.example'],
  () => ['Authorization', `Bearer ${code()}`],
  () => ['Authorization', 'Basic eDp4'],
  () => ['webhook-id', code()],
  () => ['webhook-signature', `v1,${code()}`],
  () => ['webhook-timestamp', String(Math.floor(Date.now() / 1_000))],
  () => ['Content-Encoding', pick(['gzip', 'br', 'identity'])],
  () => ['X-HTTP-Method-Override', 'GET'],
  () => ['Cookie', 'a=b'],
];

function request() {
  const content = Buffer.from(body());
  const headers = new Map([
    ['Host', 'localhost'],
    [
      'Content-Type',
      chance(0.85)
        ? 'application/json'
        : pick(['text/plain', 'application/json; charset=utf-8', 'application/json;x=1', 'multipart/form-data', '']),
    ],
    ['Content-Length', String(content.length)],
  ]);
  if (chance(0.35)) for (let more = 1 + below(3); more > 0; more--) headers.set(...pick(HEADERS)());
  const path = chance(0.93)
    ? HOOK
    : pick([
        `${HOOK}/`,
        `/${HOOK}`,
        HOOK.toUpperCase(),
        `${HOOK}?x=${code()}`,
        `/api/tasks/${pick(ids).id}/confirmation`,
        `/api/functions/submit_background_confirmation`,
      ]);
  const method = chance(0.97) ? 'POST' : pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);
  const head = `${method} ${path} HTTP/1.1\r\n${[...headers].map(([name, given]) => `${name}: ${given}\r\n`).join('')}\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), content]), isHead: method === 'HEAD' };
}

/** One connection that asks again and again, and comes back when it is closed. */
async function asker(port, count, seen) {
  let socket = null;
  for (let i = 0; i < count; i++) {
    const { bytes, isHead } = request();
    socket ??= connect(port, '127.0.0.1');
    const status = await exchange(socket, bytes, isHead);
    seen.set(status, (seen.get(status) ?? 0) + 1);
    if (socket.destroyed || status === 0) {
      socket.destroy();
      socket = null;
    }
  }
  socket?.destroy();
}

function exchange(socket, bytes, isHead) {
  return new Promise((resolve) => {
    let text = '';
    let status = 0;
    const end = () => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      resolve(status);
    };
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', end);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      status = Number(text.slice(9, 12));
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      if (!isHead && text.length < head + 4 + length) return;
      if (/connection: close/i.test(text.slice(0, head))) socket.destroy();
      else end();
    });
    socket.write(bytes);
  });
}

const seen = { open: new Map(), locked: new Map() };
const rss = [];
const started = performance.now();
const PORTIONS = 20;
for (let portion = 0; portion < PORTIONS; portion++) {
  const each = REQUESTS / PORTIONS / CONNECTIONS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, i) =>
      i % 4 === 3 ? asker(locked.port, each, seen.locked) : asker(open.port, each, seen.open),
    ),
  );
  rss.push(open.rssMib());
}
const seconds = (performance.now() - started) / 1_000;

const tasks = await Promise.all(ids.map(({ id }) => store.read(id)));
const events = (await Promise.all(ids.map(({ id }) => store.events(id)))).flat();
const approved =
  tasks.filter((task) => task.grant !== null).length +
  events.filter(({ event }) => event.type === 'confirmation.answered' && event.outcome === 'approved').length;
const total = [...seen.open.values(), ...seen.locked.values()].reduce((sum, n) => sum + n, 0);
const faults = [...seen.open, ...seen.locked].filter(([status]) => status >= 500).reduce((sum, [, n]) => sum + n, 0);
const inLocked = [...seen.locked].filter(([status]) => status === 200 || status === 403).reduce((sum, [, n]) => sum + n, 0);
/** The first fifth warms up: code compiled, buffers made. */
const growth = rss.at(-1) - rss[Math.floor(PORTIONS / 5)];
const show = (statuses) =>
  [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, n]) => `${status || 'closed'}×${n}`)
    .join('  ');
console.log(`seed ${SEED}: ${total} requests in ${seconds.toFixed(0)} s over ${CONNECTIONS} connections, ${ids.length} tasks waiting`);
console.log(`  without tokens, from this machine:  ${show(seen.open)}`);
console.log(`  with token and secret, none right:  ${show(seen.locked)}`);
console.log(`  memory of the api after each twentieth, MiB: ${rss.map((mib) => mib.toFixed(0)).join(' ')}`);
console.log(
  `5xx: ${faults}   approved: ${approved}   let in without a right token: ${inLocked}   growth after warm-up: ${growth.toFixed(1)} MiB (bound ${MAX_GROWTH_MIB})`,
);

for (const { child } of [open, locked]) {
  child.removeAllListeners('exit');
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
}
redis.destroy();
await server.close();
rmSync(state, { recursive: true, force: true });
process.exitCode = faults + approved + inLocked > 0 || growth > MAX_GROWTH_MIB ? 1 : 0;
