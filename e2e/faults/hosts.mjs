// Workers on machines of their own whose network is cut in the middle of their tasks, and mended: what is lost, done twice, or done by both?
//
//   pnpm faults:hosts --cuts 100 --seed 7                 so many cuts, drawn from the seed, of 2 hosts
//   pnpm faults:hosts --loss wait|fail|take               what becomes of a lost host's tasks (ON_HOST_LOSS)
//   pnpm faults:hosts --broken "no self-fence"            in a copy that is broken on purpose: must end with 1
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEASE_MS } from '@tars/core';
import { tempDir } from '@tars/testkit';
import { BROKEN_HOSTS, leaseOf } from './broken-hosts.mjs';
import { runHosts } from './hosts-round.mjs';
import { CUTS, enterOwnNetwork, layNetwork } from './network.mjs';
import { patch } from './patch.mjs';
import { copyProduct } from './product-copy.mjs';
import { createRandom } from './random.mjs';
import { FINDINGS } from './report.mjs';

const { values: flags } = parseArgs({
  options: {
    cuts: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    hosts: { type: 'string', default: '2' },
    loss: { type: 'string', default: 'take' },
    /** In seconds; another than the product's own makes a copy with that one. */
    lease: { type: 'string', default: String(LEASE_MS / 1_000) },
    /** Only cuts longer than the lease. */
    long: { type: 'boolean', default: false },
    broken: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

const elsewhere = await enterOwnNetwork();
process.exitCode = elsewhere ?? (await main());

async function main() {
  const [seed, count, hosts, leaseMs] = [flags.seed, flags.cuts, flags.hosts, Number(flags.lease) * 1_000].map(Number);
  const { loss, broken, keep } = flags;
  const random = createRandom(seed);
  await layNetwork();
  const copy = await tempDir('tars-hosts-product-');
  try {
    const product = await copyProduct(join(copy.path, 'product'));
    const edits = [...(leaseMs === LEASE_MS ? [] : leaseOf(leaseMs)), ...(broken === undefined ? [] : BROKEN_HOSTS[broken])];
    for (const edit of edits) await patch(join(product, 'packages'), edit);
    console.log(`seed ${seed}: ${count} cuts of ${hosts} hosts wanted, lease ${leaseMs / 1_000} s, ON_HOST_LOSS=${loss}`);
    const startedAt = Date.now();
    const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(0);
    const tell = ({ kind, host, from, to, struck, backMs = Number.NaN }, { done, tasks }) =>
      console.log(
        `${seconds().padStart(5)} s  ${String(done).padStart(4)} cuts  ${tasks} tasks  ${host} ${kind} for ${inSeconds(to - from)} with ${struck} tasks, back after ${inSeconds(backMs)}`,
      );
    const plan = planCuts(random, { count, leaseMs, isLong: flags.long });
    return summary(await runHosts({ plan, hosts, loss, leaseMs, product, keep, tell }), { seconds, leaseMs });
  } finally {
    await copy.remove();
  }
}

/** A third well within the lease, a sixth beyond the point where the host gives up and before others may follow, half beyond the lease. */
function planCuts(random, { count, leaseMs, isLong }) {
  const lengths = { short: [0.05, 0.5], middle: [0.7, 0.95], long: [1.15, 1.5] };
  return Array.from({ length: count }, (_, at) => {
    const [least, most] = lengths[isLong ? 'long' : random.weighted({ short: 2, middle: 1, long: 3 })];
    // Every kind in turn: a short run has each of them.
    return { kind: CUTS[at % CUTS.length], ms: random.between(least * leaseMs, most * leaseMs), afterMs: random.between(0, 1_500) };
  });
}

function summary(
  { wrong, cuts, tallies, commands, unknown, repeatedDeliveries, takeovers, marginsMs, lost, poisoned, folder },
  { seconds, leaseMs },
) {
  for (const { kind, task, what } of wrong) console.log(`  WRONG ${kind}: task ${task}: ${what}`);
  if (wrong.length > 0) console.log(`  kept for a look: ${folder}`);
  const long = cuts.filter(({ from, to }) => to - from > leaseMs).length;
  const kinds = CUTS.map((kind) => `${cuts.filter((cut) => cut.kind === kind).length} ${kind}`).join(', ');
  console.log(
    `\n${cuts.length} cuts in ${seconds()} s (${kinds}), ${long} of them longer than the lease; ${cuts.reduce((sum, { struck }) => sum + struck, 0)} tasks struck`,
  );
  console.log(
    `${tallies.length} tasks, ${commands} ledger lines, ${takeovers} taken over by another host, ${lost} ended as lost with theirs, ${poisoned} as poisoned after three losses`,
  );
  const sorted = marginsMs.sort((one, two) => one - two);
  if (sorted.length > 0)
    console.log(
      `the last sign of life on the old host came ${inSeconds(sorted[0])} before its task was taken over at the latest, ${inSeconds(middleOf(sorted))} in the middle`,
    );
  const back = cuts.flatMap(({ backMs }) => backMs ?? []).sort((one, two) => one - two);
  if (back.length > 0)
    console.log(`mended, a host was ready again after ${inSeconds(middleOf(back))} in the middle, ${inSeconds(back.at(-1))} at most`);
  console.log(
    `${unknown} unknown outcomes, each of the command in flight when its host gave up; ${repeatedDeliveries} deliveries repeated under their own id`,
  );
  for (const [kind, words] of Object.entries(FINDINGS))
    if (kind !== 'missed') console.log(`${String(wrong.filter((one) => one.kind === kind).length).padStart(6)}  ${words}`);
  return wrong.length === 0 ? 0 : 1;
}

function inSeconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function middleOf(sorted) {
  return sorted[Math.floor(sorted.length / 2)];
}
