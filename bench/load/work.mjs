// More and more tasks at once on one worker with a model that answers at once: how many turns a second come of it, and what is full then.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { keys } from '../../packages/core/dist/redis/index.js';
import { memoryOf } from '../session/memory.mjs';
import { below, cpuSeconds, openHouse, until } from './house.mjs';

const LEAST_TASKS = 10;

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

async function level(places, turns, modelPort, modelPid) {
  const tasks = Math.max(LEAST_TASKS, 2 * places);
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
    for (let number = 0; number < tasks; number++) await house.accept(number, { goal: `Tell me that it is done after ${turns} steps` });
    const [start, cpu] = [performance.now(), spent()];
    await figures();
    const finished = () => redis.zCard(keys.byState('finished'));
    await until('The first end', async () => (await finished()) >= 1);
    const memory = memoryOf(child.pid);
    const atWork = await redis.zCard(keys.byState('started'));
    await until('Every end', async () => {
      const failed = await redis.zCard(keys.byState('failed'));
      if (failed > 0) throw new Error(`${failed} tasks failed.`);
      return (await finished()) === tasks;
    });
    const seconds = (performance.now() - start) / 1_000;
    const lag = Number(/^nodejs_eventloop_lag_p99_seconds ([\d.e-]+)/m.exec(await figures())?.[1] ?? 0);
    const now = spent();
    const alive = below(child.pid).map(cpuSeconds);
    const share = (used) => used / seconds;
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
      memory: { rss: memory.rss / Math.max(1, atWork), pss: memory.pss / Math.max(1, atWork), atWork },
      bytes: bytes / tasks,
      turns: task.turns,
    };
  } finally {
    await house.close();
  }
}

export async function work({ levels, turns }) {
  const model = fork(new URL('model.mjs', import.meta.url));
  const [{ port }] = await once(model, 'message');
  const problems = [];
  const rows = [];
  try {
    for (const places of levels) rows.push(await level(places, turns, port, model.pid));
  } finally {
    model.kill();
  }
  console.log(`\n${turns} commands and an answer a task; ${availableParallelism()} cores; processor time in cores`);
  console.log(
    '| at once | tasks/s | turns/s | supervisor | runners and commands | Redis | model | supervisor late, p99 ms | MiB a task, resident / fair share | Redis bytes a task |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const row of rows) {
    if (row.turns !== turns + 1) problems.push(`A task of ${row.places} at once took ${row.turns} turns.`);
    const cells = [row.places, row.tasksPerS, row.turnsPerS, row.supervisor, row.runners, row.redis, row.model, row.lagMs];
    const { rss, pss, atWork } = row.memory;
    const told = cells.map((cell, index) => (index === 0 ? cell : cell.toFixed(2)));
    console.log(`| ${told.join(' | ')} | ${rss.toFixed(0)} / ${pss.toFixed(0)} (${atWork} at work) | ${Math.round(row.bytes)} |`);
  }
  return problems;
}
