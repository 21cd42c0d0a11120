// The figures: of every round as it ends, and of the whole.

export const FINDINGS = {
  lost: 'lost effects',
  repeated: 'repeated effects',
  gap: 'gaps in event sequences',
  delivery: 'misordered, missing or doubled deliveries',
  ending: 'tasks without exactly one right ending',
  unknown: 'unknown outcomes without a kill',
  results: 'tool calls without exactly one result',
  message: 'messages of the owner not heard exactly once',
  fold: 'records that differ from their events',
  ownership: 'crashes nobody caused',
  protocol: "requests Claude's API would refuse",
  apart: 'signs of a task on a host that did not hold it',
  survivor: 'survivors in the process table',
  missed: 'commit points that were to be struck and were not',
};

export function report({ seed, wanted }) {
  const startedAt = Date.now();
  const [byKind, findings] = [new Map(), new Map(Object.keys(FINDINGS).map((kind) => [kind, 0]))];
  const sums = { tasks: 0, commands: 0, unknown: 0, repeatedDeliveries: 0, poisoned: 0, restarts: 0, commits: 0 };
  const longWaits = [];
  const done = () => [...byKind.values()].reduce((sum, count) => sum + count, 0);
  const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(0);
  const isClean = () => [...findings.values()].every((count) => count === 0);
  console.log(`seed ${seed}, ${wanted} kills wanted`);

  const add = ({ wrong, tallies, unknown, commands, repeatedDeliveries, poisoned, waits, restarts, folder }) => {
    for (const { kind, task, what } of wrong) {
      findings.set(kind, (findings.get(kind) ?? 0) + 1);
      console.log(`  WRONG ${kind}: task ${task}: ${what}`);
    }
    for (const { ms, what } of waits) {
      longWaits.push(ms);
      console.log(`  ${what}`);
    }
    if (wrong.length > 0) console.log(`  kept for a look: ${folder}`);
    for (const { kind } of tallies.flatMap((tally) => tally.done)) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    sums.tasks += tallies.length;
    sums.commits += tallies.reduce((sum, { commits }) => sum + commits, 0);
    Object.assign(sums, {
      commands: sums.commands + commands,
      unknown: sums.unknown + unknown,
      repeatedDeliveries: sums.repeatedDeliveries + repeatedDeliveries,
      poisoned: sums.poisoned + poisoned,
      restarts: sums.restarts + restarts,
    });
  };

  return {
    done,
    isClean,
    /** `missed`: places that were to be struck and were not. */
    round(round, missed = []) {
      if (sums.tasks === 0) {
        console.log(`${round.calm.commits} commit points in an undisturbed task:`);
        console.log(round.calm.points.map((name, at) => `  ${String(at + 1).padStart(2)} ${name}`).join('\n'));
      }
      add(round);
      findings.set('missed', missed.length);
      if (missed.length > 0) console.log(`  not struck: ${missed.join(', ')}`);
      console.log(
        `${seconds().padStart(5)} s  ${String(done()).padStart(5)} kills  ${sums.tasks} tasks  ${isClean() ? 'nothing wrong' : 'WRONG'}`,
      );
    },
    /** True when nothing was wrong. */
    end() {
      const kinds = [...byKind].sort(([, one], [, two]) => two - one).map(([kind, count]) => `${count} ${kind}`);
      console.log(`\nseed ${seed}: ${done()} kills in ${seconds()} s (${kinds.join(', ')})`);
      console.log(`${sums.tasks} tasks, ${sums.commits} commits, ${sums.commands} ledger lines, ${sums.restarts} restarts`);
      console.log(
        `${sums.unknown} unknown outcomes, each of the command in flight at a kill; ${sums.repeatedDeliveries} deliveries repeated under their own id; ${sums.poisoned} tasks struck down three times, and ended for it`,
      );
      console.log(
        `${longWaits.length} waits of more than 8 s${longWaits.length === 0 ? '' : `, the longest ${(Math.max(...longWaits) / 1_000).toFixed(1)} s`}`,
      );
      for (const [kind, words] of Object.entries(FINDINGS)) console.log(`${String(findings.get(kind)).padStart(6)}  ${words}`);
      if (isClean() && done() > 0)
        console.log(`with 95 % confidence fewer than ${((3 / done()) * 100).toFixed(3)} % of kills do harm (3 / ${done()})`);
      return isClean();
    },
  };
}
