// Breaks the product on purpose, one promise at a time and only in a copy, and demands that the rig notices.
//
//   pnpm faults:mutants [name]
//   pnpm faults:mutants --check       only whether each of them still finds its place in the product as it is built
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tempDir } from '@tars/testkit';
import { BROKEN_HOSTS, leaseOf } from './broken-hosts.mjs';
import { patch, patched } from './patch.mjs';
import { planAt } from './plan.mjs';
import { copyProduct } from './product-copy.mjs';
import { createRandom } from './random.mjs';
import { runRound } from './round.mjs';

const WORKER = 'worker/dist/worker.mjs';
const RUNNER = 'worker/dist/runner.mjs';
/** Where the script of a commit stands for those who load it. */
const COMMIT = ['core/dist/redis/commit-script.js', WORKER];

/** `edits`: [file, what stands there, what shall stand there]. `faults`: where the rig strikes to find it out. */
const MUTANTS = {
  'no fence': {
    edits: COMMIT.map((file) => [file, "if mode == 'owner' and held[2] ~= nonce then return { 'fenced' } end", '']),
    faults: [{ kind: 'lapse', side: 'before', at: [6, 8, 12, 20] }],
  },
  'effect before intent': {
    edits: [
      [
        RUNNER,
        /(\n {2}await Promise\.all\(\[\n {4}wayBack,[\s\S]*?\n {2}\]\);)(\n {2}const result = await shell\.runWith\([\s\S]*?\n {2}\}\);)/,
        '$2$1',
      ],
    ],
    faults: [{ kind: 'both', side: 'before', at: [7, 11, 16, 19] }],
  },
  'no sequence check': {
    edits: COMMIT.map((file) => [file, "if tonumber(held[1]) ~= expected then return { 'stale' } end", '']),
    faults: [{ kind: 'race', side: 'before', at: [3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18] }],
  },
  'no dedupe of starts': {
    edits: COMMIT.map((file) => [file, "if first then return { 'repeated', first } end", '']),
    faults: [],
  },
  'no dedupe of deliveries': {
    edits: [['notifier/dist/feed/payload.js', /(`\$\{taskId\}:\$\{seq\}:\$\{channel\}`)/, '$1 + Math.random()']],
    faults: [{ kind: 'notifier', side: 'before', at: [2, 3] }],
  },
  'no tree kill': {
    edits: [WORKER, RUNNER].map((file) => [
      file,
      /async function killFamily\(family, graceMs\) \{/,
      '$& return { killed: 0, survivors: [] };',
    ]),
    faults: [{ kind: 'both', side: 'after', at: [11, 19, 36] }],
  },
  'cursor advanced before delivery': {
    edits: [
      ['notifier/dist/tell-task.js', /const outcome = portion === null \?/, 'await record(() => outbox.advance(taskId, seq, leaseMs)); $&'],
    ],
    faults: [{ kind: 'notifier', side: 'after', at: [2, 3, 4] }],
  },
};

const CONTROL = 'none';
/** Every fault that finds a mutant finds nothing in the product as it is. */
const control = { edits: [], faults: Object.values(MUTANTS).flatMap(({ faults }) => faults) };

const {
  values: { check },
  positionals: [wanted],
} = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
if (check) {
  const others = [...leaseOf(1_000), ...Object.values(BROKEN_HOSTS).flat()];
  for (const edit of [...Object.values(MUTANTS).flatMap(({ edits }) => edits), ...others])
    await patched(join(import.meta.dirname, '../../packages'), edit);
  process.exit(0);
}
const rows = [];
for (const [name, mutant] of Object.entries({ [CONTROL]: control, ...MUTANTS })) {
  if (wanted === undefined || wanted === name) rows.push([name, await tried(mutant)]);
}
console.log(`\n${'mutant'.padEnd(34)}noticed as`);
for (const [name, found] of rows) console.log(`${name.padEnd(34)}${found ?? 'nothing'}`);
process.exitCode = rows.length > 0 && rows.every(([name, found]) => (found === null) === (name === CONTROL)) ? 0 : 1;

/** What the rig complains of, counted; null when it is content. */
async function tried({ edits, faults }) {
  const folder = await tempDir('tars-mutant-');
  try {
    const product = await copyProduct(join(folder.path, 'product'));
    for (const edit of edits) await patch(join(product, 'packages'), edit);
    const random = createRandom(1);
    const plansFor = () => faults.flatMap((fault) => planAt(random, fault));
    const { wrong, folder: round } = await runRound({ plansFor, tale: 'story', workers: 3, product, taskMs: 90_000, toldMs: 75_000 });
    await rm(round, { recursive: true, force: true });
    const counts = new Map();
    for (const { kind } of wrong) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const { kind, task, what } of wrong.slice(0, 3)) console.log(`  ${kind}: task ${task}: ${what.slice(0, 200)}`);
    return counts.size === 0 ? null : [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  } finally {
    await folder.remove();
  }
}
