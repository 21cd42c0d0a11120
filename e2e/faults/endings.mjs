// Ends that must be true: cancelled tasks leave nothing alive, limits hold, and what is queued when everything dies is done once.
//
//   pnpm faults:endings --cancels 100 --deadlines 50 --queued 1000
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tempDir, waitUntil } from '@tars/testkit';
import { judge } from './judge.mjs';
import { NASTY, NASTY_SCENARIO } from './nasty.mjs';
import { carriersOf, signal } from './processes.mjs';
import { ended, keyOf, start, survivors, wishFor } from './round.mjs';
import { createTally, UNSTRUCK } from './strikes.mjs';
import { openWorld } from './world.mjs';

const LIMIT_MINUTES = 0.1;
const LIMIT_MS = LIMIT_MINUTES * 60_000;
const LATE_MS = 5_000;
const PATIENCE_MS = 60_000;

const { values: flags } = parseArgs({
  options: {
    cancels: { type: 'string', default: '10' },
    deadlines: { type: 'string', default: '5' },
    queued: { type: 'string', default: '0' },
    workers: { type: 'string', default: '4' },
  },
});
const counts = { cancels: Number(flags.cancels), deadlines: Number(flags.deadlines), queued: Number(flags.queued) };
const workers = Number(flags.workers);
const wrong = [];
const complain = (what) => {
  wrong.push(what);
  console.log(`  WRONG ${what}`);
};

if (counts.cancels > 0) await inWorld({ scenario: NASTY_SCENARIO }, cancels);
if (counts.deadlines > 0) {
  await inWorld({ scenario: NASTY_SCENARIO, settings: { MAX_TASK_RUNTIME_MINUTES: String(LIMIT_MINUTES) } }, deadlines);
}
if (counts.queued > 0) await inWorld({ workers: 0 }, queued);
console.log(wrong.length === 0 ? 'nothing wrong' : `${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function inWorld(options, work) {
  const folder = await tempDir('tars-endings-');
  const world = await openWorld({ base: folder.path, workers, strikes: UNSTRUCK, ...options });
  try {
    await work(world);
  } finally {
    await world.close();
    for (const { what } of await survivors([folder.path])) complain(`alive after everything was closed: ${what}`);
    await folder.remove();
  }
}

/** `count` nasty tasks, as many at once as there are workers; `end` is told each once its command runs. */
async function nastyTasks(world, count, end) {
  const names = Object.keys(NASTY);
  const waiting = Array.from({ length: count }, (_, at) => at);
  const lane = async () => {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      const [name, project] = [names[at % names.length], join(world.folders.projects, keyOf(at))];
      await mkdir(project);
      const id = await start(world, {
        goal: `Nasty ${name}: task ${keyOf(at)}`,
        project_path: project,
        session_id: 'rig',
        call_id: keyOf(at),
      });
      // A busy machine may let the limit pass before the command runs.
      const isUp = async () => existsSync(join(project, 'up')) || (await world.store.read(id)).endedAt !== null;
      await waitUntil(isUp, { timeoutMs: PATIENCE_MS, what: `${name} in task ${id}` });
      await end({ id, name, at, mark: `TARS_TASK_ID=${id}\0` });
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
}

async function cancels(world) {
  const deadAfter = [];
  let stopped = 0;
  await nastyTasks(world, counts.cancels, async ({ id, name, mark }) => {
    stopped += carriersOf([mark]).length;
    const askedAt = performance.now();
    const { body } = await world.ask('/api/functions/cancel_coding_task', { task_id: id });
    if (!body.ok) complain(`cancel of ${id} (${name}): ${JSON.stringify(body)}`);
    await ended(world, id, PATIENCE_MS);
    const alive = await survivors([mark]);
    for (const { what } of alive) complain(`alive 5 s after the cancel of ${id} (${name}): ${what}`);
    const { state } = await world.store.read(id);
    if (state !== 'cancelled') complain(`${id} (${name}) is ${state}`);
    deadAfter.push(performance.now() - askedAt);
  });
  console.log(
    `${counts.cancels} cancels against ${Object.keys(NASTY).length} kinds of nasty trees (${stopped} processes): ${spread(deadAfter)} until nothing lived`,
  );
}

async function deadlines(world) {
  const late = [];
  await nastyTasks(world, counts.deadlines, async ({ id, name, at, mark }) => {
    // A runner that does nothing any more must not keep its supervisor from ending it.
    const isStuck = at % 3 === 0;
    if (isStuck)
      for (const pid of (await world.store.read(id)).worker?.tree.slice(0, 1).map((process) => process.pid) ?? []) signal(pid, 'SIGSTOP');
    await ended(world, id, PATIENCE_MS);
    const task = await world.store.read(id);
    if (task.state !== 'timeout') complain(`${id} (${name}) is ${task.state}`);
    const lateMs = task.endedAt - task.startedAt - LIMIT_MS;
    if (lateMs > LATE_MS || task.workedMs - LIMIT_MS > LATE_MS) complain(`${id} (${name}) ended ${lateMs} ms behind its limit`);
    late.push(lateMs);
    for (const { what } of await survivors([mark])) complain(`alive 5 s after the limit of ${id} (${name}): ${what}`);
  });
  console.log(
    `${counts.deadlines} limits of ${LIMIT_MS / 1_000} s against the same, every third with a runner that is stopped: ended ${spread(late)} behind the limit`,
  );
}

async function queued(world) {
  const tallies = [];
  for (let at = 0; at < counts.queued; at++) {
    const tally = createTally(keyOf(at), []);
    const wish = await wishFor(world, tally, 'single');
    tallies.push(Object.assign(tally, { id: await start(world, wish), project: wish.project_path, tale: 'single' }));
  }
  await world.blackOut();
  await world.startWorkers(workers);
  // In the middle once more, now with tasks under way.
  await waitUntil(async () => (await world.store.list({ state: 'finished', limit: counts.queued })).length >= counts.queued / 3, {
    timeoutMs: counts.queued * 3_000 + PATIENCE_MS,
    what: 'a third of the tasks',
  });
  await world.blackOut();
  for (const tally of tallies) tally.crashes = 1;
  for (const { id } of tallies) await ended(world, id, counts.queued * 3_000 + PATIENCE_MS);
  await waitUntil(async () => (await world.redis.zCard('tars:outbox:n8n')) === 0, { timeoutMs: PATIENCE_MS, what: 'every update' });
  const judged = await judge({ world, tallies });
  for (const { kind, task, what } of judged.wrong) complain(`${kind}: task ${task}: ${what}`);
  console.log(
    `${counts.queued} queued tasks, everything killed twice: ${counts.queued} endings, ${judged.commands} ledger lines, ${judged.unknown} unknown outcomes`,
  );
}

function spread(times) {
  const sorted = [...times].sort((one, two) => one - two).map((ms) => `${(ms / 1_000).toFixed(1)} s`);
  return `${sorted[Math.floor(sorted.length / 2)]} in the middle, ${sorted.at(-1)} at most`;
}
