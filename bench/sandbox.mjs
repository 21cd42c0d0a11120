// What a sandbox costs: setting up a shell in it, and each command, beside the same without one. Ratios of one run, so that a busy machine tells the same.
//
//   npm run build && node bench/sandbox.mjs          the last line is the figure; ends with 1 when it is missed
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSandbox } from '../packages/worker/dist/shell/sandbox-test.js';
import { openShell } from '../packages/worker/dist/shell/shell.js';

const KINDS = ['none', 'bubblewrap', 'sandbox-runtime'];
const SET_UPS = 5;
const COMMANDS = 100;
/** A command in a sandbox may cost so much more than one without. */
const MAX_PER_COMMAND = 1.5;

const median = (values) => [...values].sort((one, two) => one - two)[Math.floor(values.length / 2)];

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

function open(kind, root) {
  const name = `${kind}-${Math.random().toString(36).slice(2)}`;
  const folders = ['project', 'state', 'state/tmp'].map((part) => join(root, name, part));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [projectDir, stateDir, tempDir] = folders;
  const sandbox = kind === 'none' ? { sandbox: 'off' } : { sandbox: 'required', sandboxKind: kind };
  return openShell({ taskId: `bench${process.pid}`, since: 1, attempt: 1, projectDir, stateDir, tempDir, allowedDomains: [], ...sandbox });
}

const root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-bench-')));
const inTime = { timeoutSeconds: 30 };
const costs = {};
for (const kind of KINDS) {
  const found = kind === 'none' ? { reason: null } : await findSandbox({ wish: 'auto', kind });
  if (found.reason !== null) {
    console.log(`${kind}: not here (${found.reason})`);
    continue;
  }
  const setUps = [];
  for (let round = 0; round < SET_UPS; round++) {
    const { ms, result: shell } = await timed(() => open(kind, root));
    setUps.push(ms);
    await shell.close();
  }
  costs[kind] = { setUpMs: median(setUps), commandMs: [] };
}

// One after the other in turns, so that what else the machine does meets all of them.
const shells = Object.fromEntries(
  await Promise.all(['none', 'bubblewrap'].filter((kind) => kind in costs).map(async (kind) => [kind, await open(kind, root)])),
);
if ('sandbox-runtime' in costs) shells['sandbox-runtime'] = await open('sandbox-runtime', root);
for (let round = 0; round < COMMANDS; round++) {
  for (const [kind, shell] of Object.entries(shells)) {
    const { ms } = await timed(() => shell.run('echo; /bin/true', inTime));
    costs[kind].commandMs.push(ms);
  }
}

// What one approved command costs: a wall of its own.
const grantedMs = [];
if ('bubblewrap' in shells) {
  for (let round = 0; round < SET_UPS; round++) {
    const { ms } = await timed(() => shells.bubblewrap.runWith({ kind: 'port', port: 9 }, 'echo; /bin/true', inTime));
    grantedMs.push(ms);
  }
}
for (const shell of Object.values(shells)) await shell.close();
rmSync(root, { recursive: true, force: true });

const bare = costs.none;
const perCommand = (kind) => median(costs[kind].commandMs);
for (const [kind, { setUpMs }] of Object.entries(costs)) {
  const [setUp, command] = [setUpMs / bare.setUpMs, perCommand(kind) / perCommand('none')];
  console.log(
    `${kind.padEnd(16)} set-up ${setUpMs.toFixed(0).padStart(5)} ms (${setUp.toFixed(2)} ×)   command ${perCommand(kind).toFixed(2).padStart(6)} ms (${command.toFixed(2)} ×)`,
  );
}
if (grantedMs.length > 0) {
  const ms = median(grantedMs);
  console.log(`an approved command, in a wall of its own: ${ms.toFixed(0)} ms (${(ms / perCommand('none')).toFixed(1)} × a bare command)`);
}
const walled = Object.keys(costs).filter((kind) => kind !== 'none');
const worst = Math.max(...walled.map((kind) => perCommand(kind) / perCommand('none')));
const missed = walled.length > 0 && worst > MAX_PER_COMMAND;
process.exitCode = missed ? 1 : 0;
console.log(
  walled.length === 0
    ? '\nno sandbox on this machine: nothing was compared'
    : `\na command in a sandbox costs ${worst.toFixed(2)} × one without (at most ${MAX_PER_COMMAND})${missed ? '; missed' : ''}`,
);
process.exit();
