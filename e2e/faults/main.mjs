// Kills the product in every place and at any time, and counts from outside what was lost, done twice, or left behind.
//
//   pnpm faults --kills 1000 --seed 7       so many faults, drawn from the seed
//   pnpm faults --sweep                     every commit point once before and once after, 60 more, and 3 kills of Redis
import { parseArgs } from 'node:util';
import { missedBy, planPlaces, planRandom, planSweep } from './plan.mjs';
import { createRandom } from './random.mjs';
import { report } from './report.mjs';
import { runRound } from './round.mjs';

/** For places of a sweep that were not struck at first. */
const MORE_ROUNDS = 3;

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '5' },
    /** Faults in one round: each has a Redis, and processes, of its own. */
    round: { type: 'string', default: '150' },
    sweep: { type: 'boolean', default: false },
    /** Leave the folder of a round in which nothing was wrong. */
    keep: { type: 'boolean', default: false },
  },
});
const [kills, seed, workers, perRound] = [flags.kills, flags.seed, flags.workers, flags.round].map(Number);
const random = createRandom(seed);
const tell = report({ seed, wanted: kills });
const { keep } = flags;

if (flags.sweep) {
  const plansFor = (points) => {
    const plans = planSweep(random, { points, more: kills });
    for (const [at, side] of [
      [3, 'before'],
      [6, 'after'],
      [9, 'later'],
    ])
      plans[at].push({ kind: 'redis', at, side, delayMs: 30 });
    return plans;
  };
  let round = await runRound({ plansFor, tale: 'brief', workers, keep });
  const tallies = [...round.tallies];
  let missed = missedBy(tallies, round.calm.commits);
  tell.round(round, missed);
  for (let more = 0; more < MORE_ROUNDS && round.wrong.length === 0 && missed.length > 0; more++) {
    const places = missed;
    round = await runRound({ plansFor: (points) => planPlaces(random, { places, points }), tale: 'brief', workers, keep });
    tallies.push(...round.tallies);
    missed = missedBy(tallies, round.calm.commits);
    tell.round(round, missed);
  }
} else {
  while (tell.done() < kills && tell.isClean()) {
    const count = Math.min(perRound, Math.max(5, kills - tell.done()));
    tell.round(await runRound({ plansFor: (points) => planRandom(random, { count, points }), tale: 'story', workers, keep }));
  }
}
process.exitCode = tell.end() ? 0 : 1;
