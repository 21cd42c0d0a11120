// Bombs of every kind end with a word about why, and with nothing left of them; as root too.
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test as always, describe, expect, jest } from '@jest/globals';
import { deferred } from '@tars/core';
import { openCgroup } from './cgroup.js';
import { taskProcesses } from './process-tree.js';
import { type ResourceLimits, watchResources } from './resource-watch.js';
import { openShell, type Shell } from './shell.js';
import { hasSandbox } from './testing/sandbox-promises.js';

const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;
jest.setTimeout(60_000);

const MB = 1024 * 1024;
const LIMITS: ResourceLimits = { processes: 100, memoryBytes: 300 * MB, diskBytes: 100 * MB };
const inTime = { timeoutSeconds: 40 };
const FORKS = `python3 -c "import os,time
for i in range(100000):
    try: pid = os.fork()
    except OSError: break
    if pid == 0: time.sleep(50); os._exit(0)
time.sleep(50)"`;

let tasks = 0;
const open: { shell: Shell; root: string }[] = [];
afterEach(async () => {
  for (const { shell, root } of open.splice(0)) {
    await shell.close();
    rmSync(root, { recursive: true, force: true });
  }
});

async function shellWith(sandbox: 'required' | 'off'): Promise<{ shell: Shell; taskId: string; projectDir: string }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-limits-')));
  for (const folder of ['project', 'state', 'state/tmp']) mkdirSync(join(root, folder));
  const taskId = `l${process.pid}x${++tasks}`;
  const projectDir = join(root, 'project');
  const shell = await openShell({
    taskId,
    since: 1,
    attempt: 1,
    projectDir,
    tempDir: join(root, 'state/tmp'),
    stateDir: join(root, 'state'),
    sandbox,
    sandboxKind: 'bubblewrap',
    allowedDomains: [],
    resources: LIMITS,
  });
  open.push({ shell, root });
  return { shell, taskId, projectDir };
}

describe.each(['required', 'off'] as const)('SANDBOX=%s', (sandbox) => {
  test('a bomb of processes is stopped with the number, and the next command runs', async () => {
    const { shell, taskId } = await shellWith(sandbox);
    const result = await shell.run(FORKS, inTime);
    expect(result).toMatchObject({
      exitCode: null,
      shellReplaced: true,
      output: expect.stringMatching(/stopped: it had \d+ processes and threads, and 100 are allowed/),
    });
    expect((await taskProcesses(taskId, [])).filter(({ command }) => command.includes('python3'))).toEqual([]);
    expect(await shell.run('echo on', inTime)).toMatchObject({ exitCode: 0, output: 'on\n' });
  });

  test('a hog of memory does not get more than its share', async () => {
    const { shell } = await shellWith(sandbox);
    const result = await shell.run('python3 -c "import time; kept = [bytearray(10_000_000) for _ in range(1000)]; time.sleep(30)"', inTime);
    expect(result.exitCode).not.toBe(0);
    expect(result.timedOut).toBe(false);
    expect(result.output).toMatch(/\[stopped: .* of memory.* allowed\]/);
  });

  test('no file grows beyond the limit, sparse ones neither', async () => {
    const { shell, projectDir } = await shellWith(sandbox);
    const result = await shell.run('truncate -s 1T sparse; head -c 150000000 /dev/zero >big; echo left $?', inTime);
    expect(result.output).toMatch(/File (too large|size limit exceeded)/);
    const sizes = readdirSync(projectDir).map((name) => statSync(join(projectDir, name)).size);
    expect(Math.max(...sizes, 0)).toBeLessThanOrEqual(LIMITS.diskBytes);
  });

  test('a disk that is filled with many files stops the command', async () => {
    const { shell } = await shellWith(sandbox);
    const result = await shell.run('for n in $(seq 100); do head -c 30000000 /dev/urandom >part-$n; done; sleep 20', inTime);
    expect(result.output).toMatch(/stopped: the disk got \d+ MB fuller, and 100 MB are allowed/);
  });
});

test.each([
  ['processes', { processes: 5 }, 'for n in 1 2 3 4 5 6 7 8; do sleep 30 & done; wait', /it had \d+ processes/],
  ['memory', { memoryBytes: 100 * MB }, 'python3 -c "import time; kept = bytearray(200_000_000); time.sleep(30)"', /of memory/],
] as const)('where the kernel cannot, %s are counted', async (_, limits, command, told) => {
  const { shell, taskId, projectDir } = await shellWith('required');
  const excess = deferred<string>();
  const aborted = new AbortController();
  const running = shell.run(command, { ...inTime, signal: aborted.signal });
  const watch = watchResources(
    { since: 1, taskId, rootPid: shell.pid, folders: [projectDir], cgroup: null, limits: { ...LIMITS, ...limits } },
    excess.resolve,
  );
  expect(await excess.promise).toMatch(told);
  watch.stop();
  aborted.abort();
  await running;
});

test('where the kernel can hold the limits it does, and no group of it is left behind', async () => {
  const name = `test-${process.pid}`;
  const group = openCgroup(name, LIMITS);
  if (group === null) return;
  expect(group.processes()).toBe(0);
  expect(group.enter({ file: 'true', args: ['a'] }).args.slice(-2)).toEqual(['true', 'a']);
  group.close();
  const again = openCgroup(name, LIMITS);
  expect(again?.processes()).toBe(0);
  again?.close();
});
