// Two builds on one Redis: an update in the order that docs/operators.md gives, in the middle of work, and the way back.
//
//   pnpm faults:rolling --from COMMIT [--tasks 8]      builds that commit in a folder of its own first
//   pnpm faults:rolling --old FOLDER                        with a built checkout of it
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { tempDir, waitUntil } from '@tars/testkit';
import { judge } from './judge.mjs';
import { copyProduct } from './product-copy.mjs';
import { answerRequests, ended, keyOf, start, survivors, wishFor } from './round.mjs';
import { createTally, UNSTRUCK } from './strikes.mjs';
import { openWorld } from './world.mjs';

const ROOT = join(import.meta.dirname, '../..');
const WORKERS = 3;
const TASK_MS = 180_000;
const READY_MS = 60_000;

const { values: flags } = parseArgs({
  options: { from: { type: 'string', default: '' }, old: { type: 'string', default: '' }, tasks: { type: 'string', default: '8' } },
});
const folder = await tempDir('tars-rolling-');
const builds = { old: flags.old === '' ? builtAt(flags.from) : flags.old, new: await copyProduct(join(folder.path, 'new')) };
const world = await openWorld({ base: folder.path, workers: 0, strikes: UNSTRUCK, product: builds.old });
const tallies = [];
const wrong = [];
const stop = new AbortController();
const answering = answerRequests(world, tallies, stop.signal);
try {
  await workersOf('old');
  await whileWorking('update', async () => {
    await exchange('notifier', 'new');
    await exchange('api', 'new');
    await workersOf('new');
    await retireWorkers('old');
  });
  await whileWorking('way back', async () => {
    await workersOf('old');
    await retireWorkers('new');
    await exchange('api', 'old');
    await exchange('notifier', 'old');
  });
  await waitUntil(async () => (await world.redis.zCard('tars:outbox:n8n')) === 0, {
    timeoutMs: READY_MS,
    what: 'every update to be delivered',
  });
  const claims = [];
  for (const tally of tallies) {
    const events = (await world.store.events(tally.id, 0, 10_000)).map(({ event }) => event.type);
    claims.push(events.filter((type) => type === 'task.claimed').length);
    // A command in flight ends with its attempt, also where that is handed back.
    tally.crashes = events.filter((type) => type === 'task.released').length;
    const { crashes } = await world.store.read(tally.id);
    if (crashes > 0) wrong.push({ kind: 'ownership', task: tally.key, what: `${crashes} crashes counted, and nobody was killed` });
  }
  const judged = await judge({ world, tallies });
  wrong.push(...judged.wrong);
  const handedOver = claims.filter((count) => count > 1).length;
  console.log(
    `${tallies.length} tasks, ${judged.commands} ledger lines; ${handedOver} tasks went from one build to the other, ${judged.unknown} unknown outcomes`,
  );
  if (handedOver === 0) wrong.push({ kind: 'missed', task: 'all', what: 'no task went from one build to the other' });
} finally {
  stop.abort();
  await answering;
  for (const name of await world.close()) wrong.push({ kind: 'survivor', task: 'all', what: `${name} did not end when asked to` });
  wrong.push(...(await survivors([folder.path])));
}
for (const { kind, task, what } of wrong) console.log(`  WRONG ${kind}: task ${task}: ${what}`);
if (wrong.length === 0) await folder.remove();
console.log(wrong.length === 0 ? 'nothing wrong' : `${wrong.length} wrong, kept for a look: ${folder.path}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** The tasks that are begun first are at work when the change begins, the others come while it is under way. */
async function whileWorking(name, change) {
  const ends = [];
  const begin = async () => {
    const tally = createTally(keyOf(tallies.length), []);
    const wish = await wishFor(world, tally, 'story');
    const id = await start(world, wish);
    tallies.push(Object.assign(tally, { id, project: wish.project_path, tale: 'story' }));
    ends.push(ended(world, id, TASK_MS).catch((error) => wrong.push({ kind: 'ending', task: tally.key, what: error.message })));
    return id;
  };
  const half = Number(flags.tasks) / 2;
  for (let at = 0; at < half; at++) await begin();
  await waitUntil(async () => (await world.store.counts()).started >= Math.min(half, WORKERS), {
    timeoutMs: READY_MS,
    what: 'tasks at work',
  });
  const changed = change();
  for (let at = half; at < Number(flags.tasks); at++) {
    await delay(300);
    await begin();
  }
  await changed;
  await Promise.all(ends);
  console.log(`${name}: ${ends.length} tasks`);
}

async function workersOf(build) {
  for (let at = 1; at <= WORKERS; at++) await world.start(`${build}-${at}`, 'worker', builds[build]);
}

async function retireWorkers(build) {
  for (let at = 1; at <= WORKERS; at++) await world.retire(`${build}-${at}`);
}

/** One ends before the other begins: they share a port. */
async function exchange(part, build) {
  await world.retire(part);
  await world.start(part, part, builds[build]);
}

function builtAt(commit) {
  if (commit === '') throw new Error('Which build is the old one? Name a commit (--from) or a built checkout (--old).');
  const checkout = join(folder.path, 'old');
  execFileSync('git', ['clone', '--quiet', ROOT, checkout], { stdio: 'inherit' });
  execFileSync('git', ['checkout', '--quiet', commit], { cwd: checkout, stdio: 'inherit' });
  execFileSync(process.execPath, ['scripts/bootstrap.mjs', 'true'], { cwd: checkout, stdio: 'inherit' });
  return checkout;
}
