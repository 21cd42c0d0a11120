// How two hundred people watching one task fare: from the commit of an event to the watcher, beside a bare message of the same Redis; whether watchers
// that take nothing slow the others down; how long the list of 1,000 tasks takes; and what the api's memory does.
//
//   npm run build && node bench/watchers.mjs [events]        ends with 1 when a figure is missed

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { newTaskId } from '../packages/core/dist/index.js';
import { connectRedis, createTaskStore, publishPrivateRedis, startPrivateRedis } from '../packages/core/dist/redis/index.js';

const WATCHERS = 200;
const SLOW = 20;
const TASKS = 1_000;
/** The others have ended. */
const OPEN = 50;
const EVENTS = Number(process.argv[2] ?? 100);
const LISTS = 20;
const PACE_MS = 100;
/** A log of 4 MB before anybody looks: more than the system holds for a reader that takes nothing. */
const PAST = 200;
const PADDING = 'x'.repeat(20_000);
const PATIENCE_MS = 20_000;
/** Not counted: connections are made, and what is told of the past comes as far as it ever will. */
const WARM_UP = 20;
/** With watchers that take nothing, of the median without them: the p99 of a machine that many share is its own. */
const MAX_SLOWED = 2;
const MAX_GROWTH_MIB = 200;

const state = mkdtempSync(join(tmpdir(), 'tars-watchers-'));
const server = await startPrivateRedis();
await publishPrivateRedis(state, server.endpoint.path);
const redis = await connectRedis(server.endpoint, () => {});
const store = createTaskStore(redis);
const limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 };

async function begin(number) {
  const [id, nonce, at] = [newTaskId(), randomUUID(), Date.now()];
  const whose = { sessionId: 's', owner: 'owner', pool: '', channel: 'http' };
  const queued = { type: 'task.queued', at, goal: `goal number ${number}`, project: `/p/${number}`, verbose: true, limits, ...whose };
  if ((await store.create(id, queued)).kind !== 'created') return begin(number);
  const worker = { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  const claimed = { type: 'task.claimed', at, attempt: 1, worker, afterCrash: false };
  const cancelled = { type: 'task.cancelled', at, channel: 'http', stopped: 0 };
  await store.commit(id, { as: { role: 'claim', nonce }, events: [claimed] });
  if (number < TASKS - OPEN) await store.commit(id, { as: { role: 'owner', nonce }, events: [cancelled] });
  return { id, nonce };
}

function startApi() {
  const child = spawn(process.execPath, ['--max-old-space-size=256', 'packages/api/bin/tars-api.mjs'], {
    env: {
      PATH: process.env.PATH,
      HOME: state,
      TARS_STATE_DIR: state,
      WEBHOOK_PORT: '0',
      CONFIRMATION_CODE: '918273645546',
      LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the api ended with ${code}`)));
    createInterface(child.stderr).on('line', (line) => {
      const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    });
  });
}

const api = await startApi();
const rssMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${api.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const quantile = (times, part) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
const figures = (times) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
const told = ({ p50, p99 }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

/** One who watches; `seen` holds when each numbered event came. */
function watch(path, { takes = true } = {}) {
  const socket = connect(api.port, '127.0.0.1');
  const seen = new Map();
  let rest = '';
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n\r\n`);
  const opened = new Promise((resolve) => socket.once('data', resolve));
  if (takes) {
    socket.setEncoding('latin1').on('data', (chunk) => {
      rest = (rest + chunk).slice(-64_000);
      for (const [, number] of rest.matchAll(/number (\d+)(?:&gt;|>|\\u003e) of/g))
        if (!seen.has(Number(number))) seen.set(Number(number), performance.now());
      rest = rest.slice(-40);
    });
  } else void opened.then(() => socket.pause());
  return { seen, opened, leave: () => socket.destroy() };
}

/** From each commit to each watcher, while `watchers` look. */
async function follow(task, watchers, from, events = EVENTS) {
  const times = [];
  for (let number = from; number < from + events; number++) {
    await store.commit(task.id, {
      as: { role: 'owner', nonce: task.nonce },
      events: [{ type: 'notice.given', at: Date.now(), notice: 'bench', text: `number ${number}> of many` }],
    });
    const at = performance.now();
    await delay(PACE_MS);
    const late = at + PATIENCE_MS;
    while (watchers.some(({ seen }) => !seen.has(number))) {
      if (performance.now() > late) throw new Error(`Event ${number} did not reach everybody.`);
      await delay(5);
    }
    times.push(...watchers.map(({ seen }) => Math.max(0, seen.get(number) - at)));
  }
  return figures(times);
}

async function bare() {
  const subscriber = redis.duplicate();
  await subscriber.connect();
  let came;
  await subscriber.subscribe('bench', () => came(performance.now()));
  const times = [];
  for (let number = 0; number < EVENTS; number++) {
    const arrival = new Promise((resolve) => {
      came = resolve;
    });
    const at = performance.now();
    await redis.publish('bench', String(number));
    times.push((await arrival) - at);
    await delay(PACE_MS / 5);
  }
  subscriber.destroy();
  return figures(times);
}

const problems = [];
const tasks = [];
for (let number = 0; number < TASKS; number++) tasks.push(await begin(number));

const lists = { 50: [], 1000: [] };
for (const show of [50, 1_000]) {
  for (let time = 0; time < LISTS; time++) {
    const at = performance.now();
    const answer = await fetch(`http://127.0.0.1:${api.port}/?show=${show}`);
    const text = await answer.text();
    lists[show].push(performance.now() - at);
    if (text.split('<li class="task').length - 1 !== show) problems.push(`The list shows not ${show} tasks.`);
  }
  console.log(`list of ${TASKS} tasks, ${show} of them shown: ${told(figures(lists[show]))}`);
}

const message = await bare();
console.log(`a bare message of this Redis: ${told(message)}`);
for (const [name, pathOf] of [
  ['the page', ({ id }) => `/tasks/${id}/live`],
  ['GET /api/tasks/:id/events', ({ id }) => `/api/tasks/${id}/events`],
]) {
  const task = tasks.pop();
  const as = { role: 'owner', nonce: task.nonce };
  for (let past = 0; past < PAST; past++) {
    await store.commit(task.id, { as, events: [{ type: 'notice.given', at: Date.now(), notice: 'bench', text: PADDING }] });
  }
  const before = rssMib();
  // Accepted and claimed are the first two.
  const watchers = Array.from({ length: WATCHERS }, () => watch(`${pathOf(task)}?after=${PAST + 2}`));
  await Promise.all(watchers.map(({ opened }) => opened));
  let number = 0;
  const measured = async () => {
    await follow(task, watchers, number, WARM_UP);
    const times = await follow(task, watchers, number + WARM_UP);
    number += WARM_UP + EVENTS;
    return times;
  };
  const alone = await measured();
  console.log(
    `${WATCHERS} watchers of ${name}: ${told(alone)}; ${(alone.p50 / message.p50).toFixed(0)} and ${(alone.p99 / message.p99).toFixed(0)} bare messages`,
  );
  const stuck = Array.from({ length: SLOW }, () => watch(pathOf(task), { takes: false }));
  await Promise.all(stuck.map(({ opened }) => opened));
  const beside = await measured();
  const growth = rssMib() - before;
  for (const { leave } of stuck) leave();
  // The machine may have become slower meanwhile, and that is not theirs.
  const again = await measured();
  console.log(
    `  with ${SLOW} more that take nothing: ${told(beside)}, without them again: ${told(again)}; the api was ${growth.toFixed(0)} MiB larger than before`,
  );
  if (beside.p50 > MAX_SLOWED * Math.max(alone.p50, again.p50)) problems.push(`Watchers of ${name} that take nothing slow the others.`);
  if (growth > MAX_GROWTH_MIB) problems.push(`The api grew by ${growth.toFixed(0)} MiB.`);
  for (const { leave } of watchers) leave();
}

for (const problem of problems) console.error(problem);
api.child.removeAllListeners('exit');
api.child.kill('SIGTERM');
redis.destroy();
await server.close();
rmSync(state, { recursive: true, force: true });
process.exitCode = problems.length === 0 ? 0 : 1;
