// One round: a fresh world, its tasks with their plans, every code given as a person would, and the verdict at the end.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tempDir, waitUntil } from '@tars/testkit';
import { judge } from './judge.mjs';
import { carriersOf } from './processes.mjs';
import { goalOf, PROJECT_FILES } from './story.mjs';
import { createStrikes, createTally } from './strikes.mjs';
import { CODE, openWorld } from './world.mjs';

const TASK_MS = 300_000;
const TOLD_MS = 120_000;
const DEAD_WITHIN_MS = 5_000;
const LETTERS = 'abcdefghij';

/** No digits: a key must not be taken for a code. */
export const keyOf = (number) => `K${[...String(number)].map((digit) => LETTERS[digit]).join('')}`;

/**
 * One undisturbed task first, to learn how many commits one has; `plansFor(points)` then gives one list of faults for each
 * task. Resolves to what was done and what is wrong.
 */
export async function runRound({ plansFor, tale, workers, product = null, keep = false, taskMs = TASK_MS, toldMs = TOLD_MS }) {
  const folder = await tempDir('tars-faults-');
  const strikes = createStrikes();
  const world = await openWorld({ base: folder.path, workers, strikes, product });
  strikes.attach(world);
  const tallies = [];
  const wrong = [];
  const stop = new AbortController();
  const answering = answerRequests(world, tallies, stop.signal);
  try {
    const one = async (plan) => {
      const tally = createTally(keyOf(tallies.length), plan);
      tallies.push(tally);
      await oneTask(world, strikes, tally, { tale, taskMs }).catch((error) =>
        wrong.push({ kind: 'ending', task: tally.key, what: error.message }),
      );
      return tally;
    };
    const calm = await one([]);
    const waiting = plansFor(calm.commits);
    const lane = async () => {
      for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) await one(plan);
    };
    // One more than there are workers: somebody always waits for a place.
    await Promise.all(Array.from({ length: workers + 1 }, lane));
    await strikes.settled();
    // What a late message began anew.
    for (const { id } of tallies) if (id !== undefined) await ended(world, id, taskMs).catch(() => {});
    await waitUntil(async () => (await world.redis.zCard('tars:outbox:n8n')) === 0, {
      timeoutMs: toldMs,
      what: 'every update to be delivered',
    }).catch((error) => wrong.push({ kind: 'delivery', task: 'all', what: error.message }));
    wrong.push(...(await survivors(await marksOf(world, tallies))));
    const judged = await judge({ world, tallies: tallies.filter(({ id }) => id !== undefined) });
    wrong.push(...judged.wrong);
    const restarts = world.restarts();
    stop.abort();
    await answering;
    for (const name of await world.close()) wrong.push({ kind: 'survivor', task: 'all', what: `${name} did not end when asked to` });
    wrong.push(...(await survivors([folder.path])));
    if (wrong.length === 0 && !keep) await folder.remove();
    return { ...judged, wrong, calm, tallies, restarts, folder: folder.path };
  } catch (error) {
    stop.abort();
    await world.close();
    throw error;
  }
}

async function oneTask(world, strikes, tally, { tale, taskMs }) {
  const wish = await wishFor(world, tally, tale);
  const id = await start(world, wish);
  strikes.watch(id, Object.assign(tally, { project: wish.project_path, tale }));
  // What a host does that never saw the answer: the same call once more is the same task.
  const again = await start(world, wish);
  if (again !== id) throw new Error(`the same call became two tasks: ${id} and ${again}`);
  await ended(world, id, taskMs);
}

/** The arguments of a start, and the project it names. */
export async function wishFor(world, { key }, tale) {
  const project = join(world.folders.projects, key);
  await mkdir(project);
  await Promise.all(Object.entries(PROJECT_FILES).map(([name, text]) => writeFile(join(project, name), text)));
  return { goal: goalOf({ tale, key, ledger: world.ledger }), project_path: project, session_id: 'rig', call_id: key };
}

export async function start(world, wish) {
  const { body } = await world.ask('/api/functions/start_autonomous_coding', wish);
  if (body.task === undefined) throw new Error(`not accepted: ${JSON.stringify(body)}`);
  return body.task.task_id;
}

export const ended = (world, id, withinMs) =>
  waitUntil(async () => ((await world.store.read(id))?.endedAt ?? null) !== null, { timeoutMs: withinMs, what: `the end of task ${id}` });

/** Reads what n8n was sent as a person reads Discord, and types the code for every request. */
export async function answerRequests(world, tallies, signal) {
  const answered = new Set();
  while (!signal.aborted) {
    const asked = world.n8n.deliveries().filter(({ body }) => body.type === 'confirmation_request' && !answered.has(body.confirmation_id));
    for (const { body } of asked) {
      if (!tallies.some(({ id }) => id === body.task_id)) continue;
      answered.add(body.confirmation_id);
      void give(world, body, signal);
    }
    await delay(20, undefined, { signal }).catch(() => {});
  }
}

async function give(world, { task_id, confirmation_id }, signal) {
  while (!signal.aborted) {
    const answer = await world
      .ask('/webhook/background-confirmation', { confirmation_code: CODE, task_id, confirmation_id })
      .catch(() => null);
    if (answer !== null && answer.body.reason !== 'too_soon') return;
    await delay(200, undefined, { signal }).catch(() => {});
  }
}

/** What all carries that a task has started; with the time of its start, since another rig beside this one may have a task of the same id. */
export async function marksOf(world, tallies) {
  const tasks = await Promise.all(tallies.map(({ id }) => id && world.store.read(id)));
  return tasks.filter(Boolean).map(({ id, createdAt }) => [`TARS_TASK_ID=${id}\0`, `TARS_TASK_SINCE=${createdAt}\0`]);
}

/** What still carries one of the marks five seconds later; it is ended then. */
export async function survivors(marks) {
  let alive = carriersOf(marks);
  for (const end = Date.now() + DEAD_WITHIN_MS; alive.length > 0 && Date.now() < end; ) {
    await delay(100);
    alive = carriersOf(marks);
  }
  for (const { pid } of alive) process.kill(pid, 'SIGKILL');
  return alive.map(({ pid, command }) => ({ kind: 'survivor', task: '?', what: `${pid} ${command}` }));
}
