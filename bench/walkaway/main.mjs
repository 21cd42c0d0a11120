// What becomes of a job whose owner walks away: this product and other agents, in the same jobs with the same scripted model, judged from outside.
//
//   npm run build && node bench/walkaway/main.mjs [--rounds 3] [--only "pi,tars"] [--measures kill,undo] [--verbose]
//   TARS_BENCH_PEERS=<folder> with pi/, claude-code/ and opencode/ in it (npm install, see README.md) lets those take part.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants as sessionContestants } from '../session/contestants.mjs';
import { openSessions } from '../session/play.mjs';
import { open as openClaudeCode } from './contestants/claude-code.mjs';
import { open as openOpencode } from './contestants/opencode.mjs';
import { open as openPi } from './contestants/pi.mjs';
import { open as openTars } from './contestants/tars.mjs';
import { missingVerbs, notApplicable, whyNot } from './interface.mjs';
import { MEASURES } from './measures.mjs';
import { sweepAway } from './processes.mjs';
import { tableOf } from './table.mjs';
import { openWorld } from './world.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    measures: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
/** `session`: what the bench of the 50 requests calls it. */
const CONTESTANTS = [
  { id: 'tars', open: openTars, session: 'tars up' },
  { id: 'claude-code', open: openClaudeCode, session: 'claude-code' },
  { id: 'opencode', open: openOpencode, session: 'opencode' },
  { id: 'pi', open: openPi, session: 'pi' },
];
const SESSION_ROWS = [
  { name: 'a turn, of 50 requests, ms', kind: 'ms', of: ({ turn }) => turn },
  { name: 'the same, × the bare SDK', kind: 'ms', of: ({ times }) => times },
];
const wanted = (list, name) => list === undefined || list.split(',').includes(name);
const rounds = Number(flags.rounds);
const folder = process.env.TARS_BENCH_PEERS === undefined ? null : resolve(process.env.TARS_BENCH_PEERS);
const base = realpathSync(mkdtempSync(join(tmpdir(), 'tars-walkaway-')));
const { version } = JSON.parse(readFileSync(new URL('../../apps/tars-bridge/package.json', import.meta.url), 'utf8'));

const sides = [];
const outcomes = new Map();
const keyOf = (row, id) => `${row.name} ${id}`;
const outcomeOf = (row, { id }) => outcomes.get(keyOf(row, id));
function keep(rows, id, round) {
  for (const row of rows) {
    const outcome = outcomes.get(keyOf(row, id)) ?? { values: [], failures: [] };
    if (round instanceof Error) outcome.failures.push(round);
    else outcome.values.push(row.of === undefined ? round : row.of(round));
    outcomes.set(keyOf(row, id), outcome);
  }
}

let rows = [];
const printTable = () => {
  console.log(`Node ${process.versions.node}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
  console.log(tableOf(sides, rows, outcomeOf));
};
async function closeAll() {
  for (const { contestant, world } of sides) {
    await contestant?.close().catch((error) => console.error(error.message));
    await world?.close();
  }
  await sweepAway([base]);
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
}
// Who stops it gets the table of what there is.
process.once('SIGINT', async () => {
  printTable();
  await closeAll().finally(() => process.exit(130));
});

async function playRound(measure, side, round) {
  const reason = measure.needs.map((verb) => whyNot(side.contestant[verb])).find((why) => why !== null);
  if (reason !== undefined) {
    for (const row of measure.rows) outcomes.set(keyOf(row, side.id), notApplicable(reason));
    return;
  }
  const start = performance.now();
  const result = await measure.play(side, round).catch((error) => error);
  keep(measure.rows, side.id, result);
  const told = result instanceof Error ? `FAILED: ${result.message}` : JSON.stringify(result);
  console.error(`${measure.name} ${round} ${side.id}: ${told} (${((performance.now() - start) / 1_000).toFixed(1)} s)`);
}

/** The session of 50 requests, everybody beside the bare SDK of the same round. */
async function playSessions() {
  const home = join(base, 'sessions');
  mkdirSync(home);
  const sessions = await openSessions(home);
  const taking = sides.filter(({ missing }) => missing === undefined);
  const only = ['bare SDK', ...taking.map(({ session }) => session)];
  const all = await sessionContestants({ url: sessions.url, base: home, peersFolder: folder, only });
  try {
    for (let round = 0; round <= rounds; round++) {
      let bare = null;
      for (const contestant of all) {
        const result = await sessions.play(contestant);
        if (contestant.name === 'bare SDK') bare = result.turn;
        // The first is to warm up.
        else if (round > 0) {
          const { id } = taking.find(({ session }) => session === contestant.name);
          keep(SESSION_ROWS, id, result.faults.length > 0 ? new Error(result.faults[0]) : { turn: result.turn, times: result.turn / bare });
        }
        console.error(`session ${round} ${contestant.name}: ${result.faults[0] ?? `${result.turn.toFixed(1)} ms a turn`}`);
      }
    }
  } finally {
    await Promise.all(all.map((contestant) => contestant.close?.()));
    sessions.close();
  }
}

try {
  const chosen = CONTESTANTS.filter(({ id }) => wanted(flags.only, id));
  for (const [place, { id, open, session }] of chosen.entries()) {
    const own = join(base, id);
    mkdirSync(own);
    const world = await openWorld(own);
    const contestant = await open({ ...world, folder });
    if (contestant === null) {
      sides.push({ id, name: id, missing: 'not installed' });
      await world.close();
      continue;
    }
    const unsaid = missingVerbs(contestant);
    if (unsaid.length > 0) throw new Error(`${id} says nothing of ${unsaid.join(', ')}`);
    const name = id === 'tars' ? `TARS ${version}` : `${contestant.title} ${contestant.version}`;
    sides.push({ id, name, place, session, world, contestant, verbose: flags.verbose });
  }
  const here = sides.filter(({ missing }) => missing === undefined);
  const measures = MEASURES.filter(({ name }) => wanted(flags.measures, name));
  rows = measures.flatMap((measure) => measure.rows);
  // Interleaved, so that a busy machine is as busy for everybody.
  for (const measure of measures)
    for (let round = 1; round <= (measure.rounds ?? rounds); round++) for (const side of here) await playRound(measure, side, round);
  if (wanted(flags.measures, 'session')) {
    await playSessions();
    rows.push(...SESSION_ROWS);
  }
  printTable();
} finally {
  await closeAll();
}
