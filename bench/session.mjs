// What we add around the model: one session of 50 requests, done by the bare SDK, by us warm and cold, and by other agents where they are installed.
// All are interleaved, a round each, so that a busy machine is as busy for everybody: compare the ratios of one run.
//
//   npm run build && node bench/session.mjs [--rounds 7] [--only "bare SDK,tars up"] [--memory 3]
//   TARS_BENCH_PEERS=<folder> with pi/, claude-code/ and opencode/ in it (npm install, see README.md) lets those take part too.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openSteps } from '../packages/worker/dist/runner/steps.js';
import { contestants } from './session/contestants.mjs';
import { memoryOf, watchMemory } from './session/memory.mjs';
import { median, openSessions, REQUESTS } from './session/play.mjs';

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, memory: { type: 'string', default: '3' }, only: { type: 'string' } },
});
/** What must be reached, as times the bare SDK's figure of the same run. */
const MOST = {
  'tars up': { wall: 1.25, first: 0.8, turn: 1.6, memory: 1.2 },
  'tars run': { wall: 1.9, turn: 1.6 },
};
const MOST_HOUSE_MIB = 200;

const base = realpathSync(mkdtempSync(join(tmpdir(), 'tars-bench-')));
const sessions = await openSessions(base);

/** One session of one contestant; null when it went wrong. */
async function session(contestant, watch) {
  const result = await sessions.play(contestant, watch);
  if (result.faults.length === 0) return result;
  console.log(`  ${contestant.name} FAILED: ${result.faults.slice(0, 3).join('; ')}`);
  return null;
}

const withSpare = (look) => ({ ...look, spare: look.members.find(({ command }) => command.includes('runner.mjs')) });

/** How long a step waits for its snapshot when nothing has time to be looked at while the model thinks, and how long the first look takes. */
async function snapshotCost() {
  const project = sessions.newProject();
  const none = { task: () => ({ turns: 1 }), transcript: () => [] };
  const steps = await openSteps({
    projectDir: project,
    dir: join(base, 'snapshots'),
    record: none,
    onDiff: () => {},
    onError: (error) => console.error(error),
    now: Date.now,
  });
  const waits = [];
  for (let step = 0; step < REQUESTS; step++) {
    steps.lookAhead();
    const start = performance.now();
    await steps.before(`call${step}`);
    waits.push(performance.now() - start);
  }
  return { first: waits[0], step: median(waits.slice(1)) };
}

const all = await contestants({
  url: sessions.url,
  base,
  peersFolder: process.env.TARS_BENCH_PEERS ?? null,
  only: flags.only?.split(',') ?? null,
});
const missed = [];
try {
  const results = new Map(all.map(({ name }) => [name, []]));
  console.log(`${all.map(({ name }) => name).join(', ')}: ${flags.rounds} rounds after one to warm up; load ${loadavg()[0].toFixed(1)}`);
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const contestant of all) {
      const result = await session(contestant);
      if (round > 0) results.get(contestant.name).push(result);
    }
  }

  const figure = (name, what) => median((results.get(name) ?? []).filter((result) => result !== null).map((result) => result[what]));
  const ratio = (name, what) => figure(name, what) / figure('bare SDK', what);
  const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
  const ms = (value) => value.toFixed(value < 20 ? 1 : 0);
  row(
    '',
    'whole',
    'wall ms',
    '×',
    'first request ms',
    '×',
    'a turn ms',
    '×',
    'p95',
    'last answer to end ms',
    'MB sent',
    'first request bytes',
  );
  row(...Array(12).fill('---'));
  for (const { name } of all) {
    const of = (what) => figure(name, what);
    const good = results.get(name).filter((result) => result !== null).length;
    if (good < Number(flags.rounds)) missed.push(`${name}: ${Number(flags.rounds) - good} sessions failed`);
    const timed = ['wall', 'first', 'turn'].flatMap((what) => [ms(of(what)), ratio(name, what).toFixed(2)]);
    row(name, `${good}/${flags.rounds}`, ...timed, ms(of('turn95')), ms(of('end')), (of('bytes') / 1e6).toFixed(2), of('firstBytes'));
    for (const [what, most] of Object.entries(MOST[name] ?? {}))
      if (what !== 'memory' && ratio(name, what) > most)
        missed.push(`${name} ${what}: ${ratio(name, what).toFixed(2)} × (at most ${most})`);
    if (name.startsWith('tars') && results.get('pi')?.some((result) => result !== null))
      for (const what of ['turn', 'bytes']) if (figure(name, what) >= figure('pi', what)) missed.push(`${name} ${what}: not below pi's`);
  }

  const { first, step } = await snapshotCost();
  console.log(`\nof a turn of tars, the wait for the way back (no time to look ahead): ${ms(step)} ms; the first look ${ms(first)} ms`);

  if (Number(flags.memory) > 0) {
    // In rounds of their own: looking costs time.
    const most = new Map(all.map(({ name }) => [name, []]));
    const house = all.find(({ pid }) => pid !== undefined);
    const rest = [];
    for (let round = 0; round < Number(flags.memory); round++) {
      await delay(1_500);
      if (house !== undefined) rest.push(withSpare(memoryOf(house.pid)));
      for (const contestant of all) {
        const result = await session(contestant, watchMemory);
        if (result !== null) most.get(contestant.name).push(result.memory);
      }
    }
    // The runner that waits becomes the task's.
    const idle = (what) => middle(rest, what) - median(rest.map(({ spare }) => spare?.[what] ?? 0));
    const middle = (looks, what) => median(looks.map((look) => look[what]));
    console.log('\nmemory in MiB: resident, and fair share (a page of several processes counted once)');
    for (const { name, pid } of all) {
      const looks = most.get(name);
      if (looks.length === 0) continue;
      const [rss, pss] = ['rss', 'pss'].map((what) => middle(looks, what) - (pid === undefined ? 0 : idle(what)));
      const bare = ['rss', 'pss'].map((what) => middle(most.get('bare SDK'), what));
      const times = `${(rss / bare[0]).toFixed(2)} × / ${(pss / bare[1]).toFixed(2)} ×`;
      console.log(`  ${pid === undefined ? name : `${name}, a task more`}: ${rss.toFixed(0)} / ${pss.toFixed(0)}  (${times})`);
      const limit = MOST[name]?.memory;
      if (limit !== undefined && rss / bare[0] > limit) missed.push(`${name} memory: ${(rss / bare[0]).toFixed(2)} × (at most ${limit})`);
    }
    if (house !== undefined) {
      const [rss, pss] = ['rss', 'pss'].map(idle);
      console.log(`  the house at rest: ${rss.toFixed(0)} / ${pss.toFixed(0)}  (at most ${MOST_HOUSE_MIB}), and the runner that waits`);
      for (const { rss: resident, pss: share, command } of rest[0].members)
        console.log(`      ${resident.toFixed(0).padStart(4)} / ${share.toFixed(0).padStart(3)}  ${command.slice(0, 100)}`);
      if (rss > MOST_HOUSE_MIB) missed.push(`house: ${rss.toFixed(0)} MiB`);
    }
  }
} finally {
  await Promise.all(all.map((contestant) => contestant.close?.()));
  sessions.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
}
process.exitCode = missed.length === 0 ? 0 : 1;
console.log(`\n${missed.length === 0 ? 'all reached' : `missed: ${missed.join('; ')}`}`);
