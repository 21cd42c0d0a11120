// A machine of its own for one worker: its own network, host name and process numbers, which the worker takes for the only ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@tars/testkit';
import { wire } from './network.mjs';
import { childrenOf, signal, tasksAt } from './processes.mjs';

const BEGINS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 30_000;
/** The first process of a machine: waits for its network, starts the worker again for as long as it fails, and buries whoever was left behind. */
const INIT = 'hostname "$1"; read -r wired; shift; until "$@"; do :; done';
const NAMESPACES = ['--net', '--pid', '--uts', '--fork', '--mount-proc', '--kill-child'];

export async function openHost({ name, number, program, env, folder }) {
  const stateDir = join(folder, name);
  await mkdir(stateDir, { mode: 0o700 });
  const machine = spawn('unshare', [...NAMESPACES, 'sh', '-c', INIT, 'sh', name, process.execPath, program], {
    env: { ...env, TARS_STATE_DIR: stateDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(folder, `${name}.log`));
  for (const stream of [machine.stdout, machine.stderr]) stream.pipe(log, { end: false });
  const ended = once(machine, 'exit');
  const off = () => machine.kill('SIGKILL');
  process.once('exit', off);
  const begun = { timeoutMs: BEGINS_WITHIN_MS };
  const init = await waitUntil(() => childrenOf(machine.pid, 'hostname')[0], { ...begun, what: `the first process of ${name}` });
  const cut = await wire(init, number);
  machine.stdin.end('\n');
  return {
    name,
    cut,
    /** The tasks something of which is alive there. */
    tasks: () => tasksAt(`/proc/${init}/root/proc`),
    /** False when it had to be switched off. */
    async close() {
      for (const worker of childrenOf(init, program)) signal(worker, 'SIGTERM');
      const isOver = await Promise.race([ended.then(() => true), delay(ENDS_WITHIN_MS, false, { ref: false })]);
      off();
      await ended;
      process.off('exit', off);
      return isOver;
    },
  };
}
