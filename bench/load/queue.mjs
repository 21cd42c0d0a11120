// Ten thousand tasks in the queue: how fast they are accepted, what each takes in Redis, that none is lost, and how a worker then takes them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { STATES } from '../../packages/core/dist/index.js';
import { keys } from '../../packages/core/dist/redis/index.js';
import { cancel, inHeaps, openHouse, quantile, timedMs, until } from './house.mjs';

const CALLERS = 16;
const PROJECTS = 1_000;
const PLACES = 8;

export async function queue({ tasks, posted, ended }) {
  const house = await openHouse('queue');
  const { redis, store } = house;
  const model = fork(new URL('model.mjs', import.meta.url));
  const [{ port }] = await once(model, 'message');
  const problems = [];
  const counts = async () =>
    Object.fromEntries(await Promise.all(STATES.map(async (state) => [state, await redis.zCard(keys.byState(state))])));
  const sum = (all) => Object.values(all).reduce((total, count) => total + count, 0);
  try {
    const { said } = await house.start('api', { LOG_FORMAT: 'json', LOG_LEVEL: 'info' }, /Listening on (http:\/\/127\.0\.0\.1:\d+)/);
    const empty = await house.usedBytes();
    const times = [];
    let [next, again] = [0, 0];
    const caller = async () => {
      while (next < posted) {
        const number = next++;
        const wish = { goal: `Goal number ${number}: build a calculator with tests`, project: `p${number % PROJECTS}` };
        const body = JSON.stringify({ ...wish, session_id: `s${number % 50}`, call_id: `c${number}` });
        const headers = { 'content-type': 'application/json' };
        const ms = await timedMs(async () => {
          for (;;) {
            const response = await fetch(`${said[1]}/api/tasks`, { method: 'POST', headers, body });
            const text = await response.text();
            if (response.ok) break;
            // Redis was too slow to answer in time; the same call again is the same task.
            if (response.status !== 503) throw new Error(`${response.status}: ${text}`);
            again++;
          }
        });
        times.push(ms);
      }
    };
    const ms = await timedMs(() => Promise.all(Array.from({ length: CALLERS }, caller)));
    await inHeaps(tasks - posted, (index) => house.accept(posted + index, { folder: `p${(posted + index) % PROJECTS}` }));
    const queued = await counts();
    const full = await house.usedBytes();
    if (queued.queued !== tasks) problems.push(`${queued.queued} of ${tasks} tasks are queued`);
    console.log(
      `\n${tasks} tasks, ${posted} of them by POST /api/tasks, ${CALLERS} callers: ${Math.round(posted / (ms / 1_000))} accepted a second, p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms; ${Math.round((full - empty) / tasks)} bytes of Redis each; ${again} asked again`,
    );

    const begun = performance.now();
    const { child } = await house.start('worker', {
      ANTHROPIC_API_KEY: 'sk-bench',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
      CLAUDE_MODEL: 'claude-sonnet-4-6',
      SANDBOX: 'required',
      WORKER_CONCURRENCY: String(PLACES),
    });
    const finished = async () => redis.zCard(keys.byState('finished'));
    await until('The first end', async () => (await finished()) >= 1);
    const firstMs = performance.now() - begun;
    const [before, from] = [await finished(), performance.now()];
    await until(`The end of ${ended} tasks`, async () => (await finished()) >= ended);
    const rate = ((await finished()) - before) / ((performance.now() - from) / 1_000);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const all = await counts();
    if (sum(all) !== tasks) problems.push(`${sum(all)} of ${tasks} tasks are left`);
    if (all.failed + all.timeout + all.cancelled > 0) problems.push(`${all.failed + all.timeout + all.cancelled} tasks ended otherwise`);
    for (const id of await redis.zRange(keys.byState('finished'), 0, -1)) {
      const types = (await store.events(id)).map(({ event }) => event.type);
      for (const type of ['task.claimed', 'task.finished'])
        if (types.filter((known) => known === type).length !== 1) problems.push(`${type} of ${id} is not there once`);
    }
    console.log(
      `a worker with ${PLACES} places: the first ended ${(firstMs / 1_000).toFixed(1)} s after its start, then ${rate.toFixed(1)} a second, ${all.finished} in all, each once; ${all.queued} queued, ${all.started} handed back`,
    );

    const ids = [...(await redis.zRange(keys.byState('queued'), 0, -1)), ...(await redis.zRange(keys.byState('started'), 0, -1))];
    await inHeaps(ids.length, (index) => cancel(store, ids[index]));
    const over = await counts();
    if (sum(over) !== tasks || over.queued + over.started > 0) problems.push('Not all tasks came to an end.');
    console.log(`all ended: ${Math.round(((await house.usedBytes()) - empty) / tasks)} bytes of Redis each`);
  } finally {
    model.kill();
    await house.close();
  }
  return problems;
}
