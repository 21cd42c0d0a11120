// What a snapshot costs beside `git status` on the same files: the first, one of an unchanged project, one after a change. Ratios of one run.
//
//   npm run build && node bench/snapshot.mjs          the last line is the figure; ends with 1 when it is missed
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSteps } from '../packages/worker/dist/runner/steps.js';
import { openSnapshots } from '../packages/worker/dist/workspace/snapshots.js';

const SIZES = [20, 5_000, 50_000];
const FILES_A_FOLDER = 50;
const ROUNDS = 5;
/** Claude takes longer. */
const THINKS_MS = 2_000;
/** An unchanged project is looked at while the model thinks, for seconds: this many times what git takes is never waited for. */
const MOST_OVER_STATUS = 12;

/** The quickest of several rounds: what the work itself takes, without what else the machine did meanwhile. */
async function quickestMs(work, rounds = ROUNDS) {
  let quickest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work(round);
    quickest = Math.min(quickest, performance.now() - start);
  }
  return quickest;
}

async function measure(count) {
  const base = mkdtempSync(join(tmpdir(), 'tars-bench-'));
  try {
    const projectDir = join(base, 'project');
    const git = (...args) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false', ...args], {
        cwd: projectDir,
        stdio: 'ignore',
      });
    for (let at = 0; at < count; at++) {
      const folder = join(projectDir, `folder${Math.floor(at / FILES_A_FOLDER)}`);
      if (at % FILES_A_FOLDER === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `file${at}.js`), `export const x${at} = ${at};\n`.repeat(40));
    }
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'x');
    // What was written just now is looked into again, as git does.
    await delay(100);
    const status = await quickestMs(() => git('status', '--porcelain'));
    const dir = join(base, 'snapshots');
    const snapshots = await openSnapshots({ projectDir, dir });
    const first = await quickestMs(() => snapshots.take(), 1);
    const clean = await quickestMs(() => snapshots.take());
    const dirty = await quickestMs((round) => {
      writeFileSync(join(projectDir, 'folder0', 'file0.js'), `round ${round}\n`);
      return snapshots.take();
    });
    await snapshots.remember();
    const reopened = await quickestMs(async () => (await openSnapshots({ projectDir, dir })).take());
    return { count, status, first, clean, dirty, reopened, ...(await waits(projectDir, dir)) };
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How long a step waits for its way back: after a moment of thought, and as the second of one reply. */
async function waits(projectDir, dir) {
  const record = { task: () => ({ turns: 1 }), transcript: () => [] };
  const steps = await openSteps({ projectDir, dir, record, onDiff() {}, onError() {}, now: Date.now });
  const ofStep = async (thinks, round) => {
    if (thinks) {
      steps.lookAhead();
      await delay(THINKS_MS);
    }
    const start = performance.now();
    await steps.before('call');
    const waited = performance.now() - start;
    writeFileSync(join(projectDir, 'folder0', 'file0.js'), `step ${round} ${thinks}\n`);
    return waited;
  };
  const quickest = { thought: Number.POSITIVE_INFINITY, second: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    quickest.thought = Math.min(quickest.thought, await ofStep(true, round));
    quickest.second = Math.min(quickest.second, await ofStep(false, round));
  }
  return quickest;
}

const measured = [];
for (const count of SIZES) {
  const row = await measure(count);
  measured.push(row);
  const { status } = row;
  const told = ['first', 'clean', 'dirty', 'reopened'].map(
    (name) => `${name} ${row[name].toFixed(1)} ms (${(row[name] / status).toFixed(1)} times)`,
  );
  console.log(`${String(count).padStart(6)} files: git status ${status.toFixed(1)} ms; ${told.join(', ')}`);
}
for (const { count, thought, second } of measured)
  console.log(
    `${String(count).padStart(6)} files: a step waits ${thought.toFixed(1)} ms after ${THINKS_MS / 1_000} s of thought, ${second.toFixed(1)} ms as the second of a reply`,
  );
const worst = Math.max(...measured.map(({ clean, status }) => clean / status));
console.log(`an unchanged project: at most ${worst.toFixed(1)} times git status, allowed ${MOST_OVER_STATUS}`);
process.exitCode = worst <= MOST_OVER_STATUS ? 0 : 1;
