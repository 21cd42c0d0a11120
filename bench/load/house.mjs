// What the load bench stands on: a Redis that writes every change to disk at once, processes of the product, tasks in any number, and looks at what they cost.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newTaskId } from '../../packages/core/dist/index.js';
import { connectRedis, createTaskStore, publishPrivateRedis, startPrivateRedis } from '../../packages/core/dist/redis/index.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const BINS = {
  api: at('packages/api/bin/tars-api.mjs'),
  worker: at('packages/worker/bin/tars-worker.mjs'),
  tars: at('apps/tars-bridge/bin/tars.mjs'),
};
const LIMITS = { workMs: 900_000, turns: 60, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 };
const AT_ONCE = 100;
const TICKS_PER_S = 100;

export const quantile = (values, share) =>
  [...values].sort((one, two) => one - two)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => quantile(values, 0.5);

export async function timedMs(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Work for `AT_ONCE` at a time. */
export async function inHeaps(count, work) {
  for (let first = 0; first < count; first += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => work(first + index)));
}

export async function until(what, test, patienceMs = 600_000) {
  const late = performance.now() + patienceMs;
  while (!(await test())) {
    if (performance.now() > late) throw new Error(`${what} did not come.`);
    await delay(20);
  }
}

export async function openHouse(name) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), `tars-load-${name}-`)));
  const [state, projects] = ['state', 'projects'].map((folder) => join(base, folder));
  mkdirSync(state, { mode: 0o700 });
  mkdirSync(projects);
  const server = await startPrivateRedis({ dataDir: join(base, 'redis') });
  await publishPrivateRedis(state, server.endpoint.path);
  const redis = await connectRedis(server.endpoint, () => {});
  const { appendfsync } = await redis.configGet('appendfsync');
  if (appendfsync !== 'always') throw new Error('The record is not written to disk at once: the figures would be of something else.');
  const store = createTaskStore(redis);
  const children = [];
  const env = (more = {}) => ({
    PATH: process.env.PATH,
    HOME: base,
    TARS_STATE_DIR: state,
    PROJECTS_ROOT: projects,
    CONFIRMATION_CODE: '918273645546',
    WEBHOOK_PORT: '0',
    LOG_LEVEL: 'warn',
    ...more,
  });

  /** Resolves once a line of its log, if any is waited for, has come; with what that line says. */
  const start = async (bin, more = {}, ready = null) => {
    const child = spawn(process.execPath, [BINS[bin]], { env: env(more), stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    const lines = createInterface(child.stderr);
    if (ready === null) {
      lines.on('line', () => {});
      return { child };
    }
    for await (const [line] of lineEvents(lines)) {
      const said = ready.exec(line);
      if (said !== null) return { child, said };
    }
    throw new Error(`${bin} ended.`);
  };

  return {
    base,
    projects,
    redis,
    store,
    env,
    start,
    bin: (name) => BINS[name],
    pidOfRedis: async () => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]),
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]),
    /** Accepted straight in the record, without a ring; `end` lets it end at once. */
    async accept(number, { end = false, folder = `p${number}`, goal = `Goal number ${number}: build a calculator with tests` } = {}) {
      for (;;) {
        const id = newTaskId();
        const whose = { sessionId: `s${number % 50}`, owner: 'owner', pool: '', channel: 'http' };
        const what = { goal, project: join(projects, folder) };
        const event = { type: 'task.queued', at: Date.now(), ...what, verbose: true, limits: LIMITS, ...whose };
        if ((await store.create(id, event)).kind !== 'created') continue;
        if (end) await cancel(store, id);
        return id;
      }
    },
    claim: (id) => {
      const worker = { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '1' }, tree: [] };
      const claimed = { type: 'task.claimed', at: Date.now(), attempt: 1, worker, afterCrash: false };
      return store.commit(id, { as: { role: 'claim', nonce: randomUUID() }, events: [claimed] });
    },
    async close() {
      for (const child of children.filter(({ exitCode }) => exitCode === null)) {
        child.kill('SIGTERM');
        await Promise.race([once(child, 'exit'), delay(10_000, undefined, { ref: false })]);
        child.kill('SIGKILL');
      }
      redis.destroy();
      await server.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export const cancel = (store, id) =>
  store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'task.cancelled', at: Date.now(), channel: 'http', stopped: 0 }] });

async function* lineEvents(lines) {
  const waiting = [];
  let wake = () => {};
  lines.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  lines.on('close', () => {
    waiting.push(null);
    wake();
  });
  for (;;) {
    const line = waiting.shift();
    if (line === null) return;
    if (line !== undefined) yield [line];
    else
      await new Promise((resolve) => {
        wake = resolve;
      });
  }
}

/** Processor time a process has used, in seconds, with that of children that have ended. */
export function cpuSeconds(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { own: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S, ended: (Number(fields[13]) + Number(fields[14])) / TICKS_PER_S };
  } catch {
    return { own: 0, ended: 0 };
  }
}

/** Everything below a process, itself left out. */
export function below(root) {
  const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
    } catch {
      // Gone meanwhile.
    }
  }
  const queue = [root];
  for (const pid of queue) queue.push(...(children.get(pid) ?? []));
  return queue.slice(1);
}
