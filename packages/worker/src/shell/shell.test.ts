// The shell's promises, kept by a real bash in a real terminal without a sandbox.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { taskProcesses } from './process-tree.js';
import { openShell, type Shell, type ShellOptions } from './shell.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

let tasks = 0;
async function shellFor(more: Partial<ShellOptions> = {}): Promise<{ shell: Shell; projectDir: string; tempDir: string; taskId: string }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-shell-')));
  const [projectDir, tempDir, stateDir] = ['project', 'tmp', 'state'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [projectDir, tempDir, stateDir]) mkdirSync(folder);
  const taskId = `t${process.pid}x${++tasks}`;
  const shell = await openShell({
    taskId,
    since: 1,
    attempt: 1,
    projectDir,
    tempDir,
    stateDir,
    sandbox: 'off',
    allowedDomains: [],
    ...more,
  });
  cleanUps.push(
    () => rmSync(root, { recursive: true, force: true }),
    () => shell.close(),
  );
  return { shell, projectDir, tempDir, taskId };
}

const inTime = { timeoutSeconds: 20 };

async function until(condition: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It did not become true in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The bash of the next command, once it waits for it. The loop that starts it holds the same words. */
const waitingIn = async (taskId: string) =>
  (await taskProcesses(taskId, [])).find(({ command }) => command.includes('read -r REPLY') && !command.includes('stty raw'));

const commandsOf = async (taskId: string): Promise<string[]> => (await taskProcesses(taskId, [])).map(({ command }) => command);

test('3,000 lines arrive complete, fifty times of fifty', async () => {
  const { shell } = await shellFor();
  const expected = Array.from({ length: 3_000 }, (_, i) => `${i + 1}\n`).join('');
  for (let round = 0; round < 50; round++) {
    const { output, exitCode, outputFile, outputBytes } = await shell.run('seq 1 3000', inTime);
    expect(exitCode).toBe(0);
    expect(output === expected).toBe(true);
    expect(readFileSync(outputFile, 'utf8') === expected).toBe(true);
    expect(outputBytes).toBe(expected.length);
  }
}, 30_000);

test('output streams while the command runs, also from a program that buffers by line', async () => {
  const { shell, tempDir } = await shellFor();
  const gate = join(tempDir, 'gate');
  let seen = '';
  const running = shell.run(
    `python3 -c "import os,time
print('first')
while not os.path.exists('${gate}'): time.sleep(0.01)
print('second')"`,
    { ...inTime, onOutput: (chunk) => (seen += chunk) },
  );
  await until(() => seen === 'first\n');
  writeFileSync(gate, '');
  expect((await running).output).toBe('first\nsecond\n');
  expect(seen).toBe('first\nsecond\n');
});

test('a line without its end is shown when it stands still', async () => {
  const { shell, tempDir } = await shellFor();
  const gate = join(tempDir, 'gate');
  let seen = '';
  const running = shell.run(`printf 'dots...'; until [ -e '${gate}' ]; do sleep 0.02; done; echo done`, {
    ...inTime,
    onOutput: (chunk) => (seen += chunk),
  });
  await until(() => seen === 'dots...');
  writeFileSync(gate, '');
  await running;
  expect(seen).toBe('dots...done\n');
});

test('the folder carries over, variables and functions do not', async () => {
  const { shell, projectDir } = await shellFor();
  await shell.run('mkdir -p "a b/c\'d" && cd "a b/c\'d" && export LEAK=1 && printf() { echo broken; }', inTime);
  expect(shell.cwd()).toBe(join(projectDir, "a b/c'd"));
  const { output, cwd } = await shell.run('pwd; printenv LEAK || echo none; cd ..; exit 3', inTime);
  expect(output).toBe(`${join(projectDir, "a b/c'd")}\nnone\n`);
  expect(cwd).toBe(join(projectDir, 'a b'));
});

test('a folder that is gone leads back to the project, and the output says so', async () => {
  const { shell, projectDir } = await shellFor();
  await shell.run('mkdir away && cd away', inTime);
  rmSync(join(projectDir, 'away'), { recursive: true });
  const { output, cwd } = await shell.run('pwd', inTime);
  expect(output).toContain('is gone');
  expect(output).toContain(`${projectDir}\n`);
  expect(cwd).toBe(projectDir);
});

test.each([
  ['true', 0, ''],
  ['exit 7', 7, ''],
  ['exec false', 1, ''],
  ['set -e; false; echo not reached', 1, ''],
  ['kill -9 $$', 137, ''],
  ['printf "no newline at the end"', 0, 'no newline at the end'],
  ["echo 'it''s' \"\\\\ back\\nslash\"", 0, 'its \\ back\\nslash\n'],
  ['cat <<END\nöäü €\n\ttab\nEND', 0, 'öäü €\n\ttab\n'],
  ['cat; echo "stdin is empty"', 0, 'stdin is empty\n'],
  ['printf "a\\r\\nb\\r\\n"', 0, 'a\nb\n'],
  ['printf "10%%\\r100%%\\n"', 0, '100%\n'],
  ['printf "\\033[31mred\\033[0m\\n"', 0, 'red\n'],
  ['echo to stderr >&2', 0, 'to stderr\n'],
  ['exec >/dev/null 2>&1; echo nothing', 0, ''],
  ['stty sane <&1; printf "a\\n"', 0, 'a\n'],
  ['read -r line </dev/tty || echo no terminal to wait on', 0, expect.stringContaining('no terminal to wait on')],
])('%s', async (command, code, text) => {
  const { shell } = await shellFor();
  const { exitCode, output } = await shell.run(command, inTime);
  expect({ exitCode, output }).toEqual({ exitCode: code, output: text });
  expect((await shell.run('echo goes on', inTime)).output).toBe('goes on\n');
});

test('a command of a hundred kilobytes runs as it was written', async () => {
  const { shell } = await shellFor();
  const text = 'x y\\z\n'.repeat(16_000);
  const { output } = await shell.run(`cat <<'END' | wc -c\n${text}END`, inTime);
  expect(output.trim()).toBe(String(text.length));
});

test('a command whose time is over is killed with all it started, and the shell stays', async () => {
  const { shell, taskId } = await shellFor();
  const { pid } = shell;
  const result = await shell.run("trap '' TERM; sleep 601 & (setsid sleep 602 &) ; nohup sleep 603 >/dev/null 2>&1 & sleep 604", {
    timeoutSeconds: 0.3,
  });
  expect(result).toMatchObject({ exitCode: null, timedOut: true, aborted: false });
  expect(result.shellReplaced).toBeUndefined();
  expect(shell.pid).toBe(pid);
  expect((await commandsOf(taskId)).filter((command) => command.includes('sleep'))).toEqual([]);
  expect((await shell.run('echo goes on', inTime)).output).toBe('goes on\n');
});

test('an abort ends the command and leaves nothing of it alive', async () => {
  const { shell, taskId } = await shellFor();
  const abort = new AbortController();
  const running = shell.run('sleep 600 & sleep 600', { timeoutSeconds: 60, signal: abort.signal });
  await until(async () => (await commandsOf(taskId)).filter((command) => command === 'sleep 600').length === 2);
  abort.abort();
  expect(await running).toMatchObject({ exitCode: null, timedOut: false, aborted: true });
  expect((await commandsOf(taskId)).filter((command) => command.includes('sleep 600'))).toEqual([]);
  expect(await shell.run('echo x', { timeoutSeconds: 5, signal: abort.signal })).toMatchObject({ aborted: true, output: '' });
});

test('a background child neither delays the end nor dies with it, nor survives the close', async () => {
  const { shell, taskId } = await shellFor();
  const { exitCode, durationMs } = await shell.run('sleep 600 & setsid nohup sleep 601 & (sleep 602 &); echo started', inTime);
  expect(exitCode).toBe(0);
  expect(durationMs).toBeLessThan(5_000);
  await until(async () => (await commandsOf(taskId)).filter((command) => command.startsWith('sleep 60')).length === 3);
  await shell.close();
  expect(await taskProcesses(taskId, [shell.pid])).toEqual([]);
});

test('a shell that dies is replaced, and the result says so', async () => {
  const { shell, projectDir } = await shellFor();
  const before = shell.pid;
  const result = await shell.run('mkdir sub; cd sub; kill -9 $PPID; sleep 600', inTime);
  expect(result).toMatchObject({ exitCode: null, shellReplaced: true, cwd: projectDir });
  expect(shell.pid).not.toBe(before);
  expect((await shell.run('pwd', inTime)).output).toBe(`${projectDir}\n`);
});

test('a shell that died between two commands is replaced, and the result says so', async () => {
  const { shell, taskId } = await shellFor();
  await shell.run('cd /', inTime);
  // The bash of the next command is there as well, and nothing comes or goes any more.
  await until(async () => (await waitingIn(taskId)) !== undefined);
  const living = await taskProcesses(taskId, [shell.pid]);
  for (const { pid } of living) process.kill(pid, 'SIGKILL');
  await until(async () => (await taskProcesses(taskId, [])).length === 0);
  const result = await shell.run('true', inTime);
  expect(result.shellReplaced).toBe(true);
  expect(living.map(({ pid }) => pid)).not.toContain(shell.pid);
  expect(await shell.run('echo new', inTime)).toMatchObject({ exitCode: 0, output: 'new\n' });
});

test('the environment is the allow-list and nothing else', async () => {
  process.env.ANTHROPIC_API_KEY = 'sk-planted-secret';
  process.env.CONFIRMATION_CODE = '7391';
  process.env.REDIS_PASSWORD = 'planted-too';
  cleanUps.push(() => {
    delete process.env.ANTHROPIC_API_KEY;
    delete process.env.CONFIRMATION_CODE;
    delete process.env.REDIS_PASSWORD;
  });
  const { shell, tempDir, taskId } = await shellFor();
  const { output } = await shell.run('env; cat /proc/self/environ /proc/$PPID/environ | tr "\\0" "\\n"', inTime);
  expect(output).not.toMatch(/planted|7391/);
  const names = new Set(output.split('\n').map((line) => line.split('=', 1)[0] ?? ''));
  const allowed =
    /^(PATH|HOME|LANG|LC_[A-Z]+|TERM|TMPDIR|NO_COLOR|PAGER|GIT_PAGER|GIT_TERMINAL_PROMPT|EDITOR|VISUAL|GIT_EDITOR|GIT_SEQUENCE_EDITOR|npm_config_update_notifier|TARS_TASK_ID|TARS_TASK_SINCE|TARS_ATTEMPT|TARS_COMMAND_ID|PWD|OLDPWD|SHLVL|_|)$/;
  expect([...names].filter((name) => !allowed.test(name))).toEqual([]);
  expect(output).toContain(`TARS_TASK_ID=${taskId}\n`);
  expect(output).toContain(`TMPDIR=${tempDir}\n`);
  expect(output).toContain('TERM=dumb\n');
});

test('a command cannot forge its own end', async () => {
  const { shell } = await shellFor();
  const { output, exitCode } = await shell.run(
    'tr "\\0" "\\n" </proc/$PPID/cmdline | grep -cE "^[0-9a-f]{32}$"; printf "\\033_00000000000000000000000000000000;0\\033\\\\"; exit 9',
    inTime,
  );
  expect(exitCode).toBe(9);
  expect(output).toBe('0\n');
});

test('more than a megabyte is kept whole on disk, beginning and end in the answer', async () => {
  const { shell } = await shellFor();
  const { output, outputFile, outputBytes } = await shell.run('seq 1 400000', inTime);
  expect(outputBytes).toBe(readFileSync(outputFile).length);
  expect(readFileSync(outputFile, 'utf8').endsWith('\n400000\n')).toBe(true);
  expect(output.startsWith('1\n2\n')).toBe(true);
  expect(output.endsWith('\n400000\n')).toBe(true);
  expect(output).toContain(`are only in ${outputFile}`);
});

test('the bash that waits for a command is there before it, and leaves no trace in it', async () => {
  const { shell, taskId } = await shellFor();
  await shell.run('true', inTime);
  await until(async () => (await waitingIn(taskId)) !== undefined);
  const { output } = await shell.run('echo "[$REPLY] $SECONDS"; read -r line; echo "$? [$line]"', inTime);
  expect(output).toBe('[] 0\n1 []\n');
});

test('a bash that ends before it is given its command costs the shell, not the command', async () => {
  const { shell, taskId } = await shellFor();
  await shell.run('true', inTime);
  await until(async () => (await waitingIn(taskId)) !== undefined);
  const bash = await waitingIn(taskId);
  process.kill(bash?.pid ?? 0, 'SIGKILL');
  // The loop has said so once it waits for what nobody announces.
  await until(async () => {
    const [loop] = (await taskProcesses(taskId, [])).filter(({ command }) => command.includes('stty raw'));
    return (await waitingIn(taskId)) === undefined && /^(0|63) /.test(readFileSync(`/proc/${loop?.pid}/syscall`, 'utf8'));
  });
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  const { exitCode, output, shellReplaced } = await shell.run('echo here', inTime);
  expect({ exitCode, output, shellReplaced }).toEqual({ exitCode: 0, output: 'here\n', shellReplaced: true });
});

test('a command whose bash died before it had it leaves no exit code: after a crash its outcome is unknown, not made up', async () => {
  const { shell, taskId } = await shellFor();
  await shell.run('true', inTime);
  await until(async () => (await waitingIn(taskId)) !== undefined);
  const bash = await waitingIn(taskId);
  let left = '';
  const beforeStart = ({ exitFile }: { exitFile: string }) => {
    left = exitFile;
    process.kill(bash?.pid ?? 0, 'SIGKILL');
  };
  expect((await shell.run('echo here', { ...inTime, beforeStart })).output).toBe('');
  expect(existsSync(left)).toBe(false);
  await shell.run('exit 3', { ...inTime, beforeStart: ({ exitFile }) => (left = exitFile) });
  expect(readFileSync(left, 'utf8')).toBe('3');
});
