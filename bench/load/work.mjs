// More and more tasks at once on one worker with a model that answers at once: how many turns a second come of it, and what is full then.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keys } from '../../packages/core/dist/redis/index.js';
import { memoryOf } from '../session/memory.mjs';
import { below, cpuSeconds, openHouse, until } from './house.mjs';

const LEAST_TASKS = 5;
/** How often the memory is looked at: a look costs time itself. */
const LOOK_MS = 500;
/** Until the runner that waits for a first task has come up. */
const REST_MS = 3_000;

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

async function level({ places, turns, each, modelPort, modelPid }) {
  const tasks = Math.max(LEAST_TASKS, each * places);
  const house = await openHouse(`work-${places}`);
  const { redis, store } = house;
  try {
    const health = await freePort();
    const { child } = await house.start('worker', {
      ANTHROPIC_API_KEY: 'sk-bench',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${modelPort}`,
      CLAUDE_MODEL: 'claude-sonnet-4-6',
      SANDBOX: 'required',
      WORKER_CONCURRENCY: String(places),
      HEALTH_PORT: String(health),
      MAX_ITERATIONS: String(turns + 10),
    });
    const figures = async () => (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
    await until('A worker', async () => (await figures().catch(() => '')).includes('tars_'));
    const redisPid = await house.pidOfRedis();
    const before = await house.usedBytes();
    const spent = () => ({ supervisor: cpuSeconds(child.pid), redis: cpuSeconds(redisPid), model: cpuSeconds(modelPid) });
    for (let number = 0; number < tasks; number++) mkdirSync(join(house.projects, `p${number}`));
    await delay(REST_MS);
    const rest = memoryOf(child.pid);
    const [start, cpu] = [performance.now(), spent()];
    for (let number = 0; number < tasks; number++) await house.accept(number, { goal: `Tell me that it is done after ${turns} steps` });
    await figures();
    const [finished, started] = ['finished', 'started'].map((state) => () => redis.zCard(keys.byState(state)));
    let most = { atWork: 0, rss: 0, pss: 0 };
    let looked = 0;
    await until('Every end', async () => {
      if (performance.now() - looked > LOOK_MS) {
        const [atWork, { rss, pss }] = [await started(), memoryOf(child.pid)];
        if (atWork >= most.atWork && rss > most.rss) most = { atWork, rss, pss };
        looked = performance.now();
      }
      const failed = await redis.zCard(keys.byState('failed'));
      if (failed > 0) throw new Error(`${failed} tasks failed.`);
      return (await finished()) === tasks;
    });
    const seconds = (performance.now() - start) / 1_000;
    const lag = Number(/^nodejs_eventloop_lag_p99_seconds ([\d.e-]+)/m.exec(await figures())?.[1] ?? 0);
    const now = spent();
    const alive = below(child.pid).map(cpuSeconds);
    const share = (used) => used / tasks;
    const runners = now.supervisor.ended - cpu.supervisor.ended + alive.reduce((sum, { own, ended }) => sum + own + ended, 0);
    const bytes = (await house.usedBytes()) - before;
    const task = (await store.list({ limit: 1 }))[0];
    return {
      places,
      tasksPerS: tasks / seconds,
      turnsPerS: (tasks * (turns + 1)) / seconds,
      supervisor: share(now.supervisor.own - cpu.supervisor.own),
      runners: share(runners),
      redis: share(now.redis.own - cpu.redis.own),
      model: share(now.model.own - cpu.model.own),
      lagMs: 1_000 * lag,
      memory: { rss: (most.rss - rest.rss) / most.atWork, pss: (most.pss - rest.pss) / most.atWork, atWork: most.atWork },
      bytes: bytes / tasks,
      turns: task.turns,
    };
  } finally {
    await house.close();
  }
}

export async function work({ levels, turns, each }) {
  const model = fork(new URL('model.mjs', import.meta.url));
  const [{ port }] = await once(model, 'message');
  const problems = [];
  const rows = [];
  try {
    for (const places of levels) rows.push(await level({ places, turns, each, modelPort: port, modelPid: model.pid }));
  } finally {
    model.kill();
  }
  console.log(`\n${turns} commands and an answer a task; ${availableParallelism()} cores; processor seconds a task`);
  console.log(
    '| at once | tasks/s | turns/s | supervisor | runners and commands | Redis | model | supervisor late, p99 ms | MiB a task, resident / fair share | Redis bytes a task |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const row of rows) {
    if (row.turns !== turns + 1) problems.push(`A task of ${row.places} at once took ${row.turns} turns.`);
    const cells = [row.places, row.tasksPerS, row.turnsPerS, row.supervisor, row.runners, row.redis, row.model, row.lagMs];
    const { rss, pss, atWork } = row.memory;
    const told = cells.map((cell, index) => (index === 0 ? cell : cell.toFixed(index < 3 ? 2 : 3)));
    console.log(`| ${told.join(' | ')} | ${rss.toFixed(0)} / ${pss.toFixed(0)} (${atWork} at work) | ${Math.round(row.bytes)} |`);
  }
  return problems;
}
