import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { listProcesses } from './shell/process-list.js';

const BIN = join(import.meta.dirname, '../bin/tars-worker.mjs');

let dir: TempDir;
let worker: ChildProcess;
beforeEach(async () => {
  dir = await tempDir();
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: dir.path, TARS_STATE_DIR: dir.path, PROJECTS_ROOT: dir.path, ANTHROPIC_API_KEY: 'any', SANDBOX: 'off' };
  worker = spawn(process.execPath, [BIN, '--from-host', '--env-file', '/dev/null'], {
    env: { ...env, ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
});
afterEach(async () => {
  worker.kill('SIGKILL');
  await dir.remove();
});

const runnerOf = async (pid: number) => (await listProcesses()).find(({ parent }) => parent === pid)?.pid;

test('before its host says where Redis is, a runner waits already; with a host that dies unheard both go', async () => {
  const { pid = -1 } = worker;
  const runner = await waitUntil(() => runnerOf(pid), { timeoutMs: 15_000, what: 'the first runner' });
  const ended = once(worker, 'exit');
  worker.disconnect();
  expect(await ended).toEqual([0, null]);
  await waitUntil(async () => !(await listProcesses()).some((one) => one.pid === runner), {
    timeoutMs: 5_000,
    what: 'the end of the runner',
  });
});
