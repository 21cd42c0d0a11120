// Every command ends, by itself or by us, and says why: whatever waits, prints or sleeps for ever.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
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
async function shellFor(more: Partial<ShellOptions> = {}): Promise<{ shell: Shell; taskId: string }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-ends-')));
  const [projectDir, tempDir, stateDir] = ['project', 'tmp', 'state'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [projectDir, tempDir, stateDir]) mkdirSync(folder);
  const taskId = `e${process.pid}x${++tasks}`;
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
  return { shell, taskId };
}

const patient = { timeoutSeconds: 60 };
const SOON = { promptMs: 300, maybePromptMs: 600, silenceMs: 60_000 };

test.each([
  ['cat', 0],
  ['read -r line; echo "read: $?"', 0],
  ['python3 -c "input()" 2>&1', 1],
  ['git init -q . && git commit --allow-empty', 1],
  ['git init -q . && git -c user.name=x -c user.email=x@y commit --allow-empty', 1],
  ['top', 1],
  ['less /etc/passwd >/dev/null', 0],
  ['ssh -o ConnectTimeout=2 nobody@127.0.0.1 -p 9', 255],
  ['python3 -c "open(\'/dev/tty\').read()"', 1],
])('%s ends by itself, because there is nobody to wait for', async (command, code) => {
  const { shell } = await shellFor();
  const result = await shell.run(command, { timeoutSeconds: 20 });
  expect(result).toMatchObject({ exitCode: code, timedOut: false });
  expect((await shell.run('echo goes on', patient)).output).toBe('goes on\n');
});

test.each([
  ["printf 'Overwrite? [y/N] '; sleep 601", 'Overwrite? [y/N]'],
  ["printf 'Password for owner: '; sleep 602", 'Password for owner:'],
  ["printf 'Pick one > '; sleep 603", 'Pick one >'],
  [`python3 -c "import pty; pty.spawn(['bash', '-c', 'read -rp Name_please x'])"`, 'Name_please'],
  ['vim notes.txt', expect.any(String)],
])('%s is ended with its question, long before its time is over', async (command, prompt) => {
  const { shell, taskId } = await shellFor({ stuck: SOON });
  const result = await shell.run(command, patient);
  expect(result).toMatchObject({ exitCode: null, timedOut: false, stopped: { kind: 'waits for input', prompt } });
  expect(result.durationMs).toBeLessThan(30_000);
  expect((await taskProcesses(taskId, [])).filter((process) => process.command.includes('sleep 60'))).toEqual([]);
});

test('what is quiet but at work is left alone, and so is what only looks like a question', async () => {
  const { shell } = await shellFor({ stuck: { promptMs: 100, maybePromptMs: 200, silenceMs: 400 } });
  const busy = `python3 -c "
import time
print('Working: ', end='', flush=True)
end = time.process_time() + 1.5
while time.process_time() < end: pass"`;
  expect(await shell.run(busy, patient)).toMatchObject({ exitCode: 0 });
});

test('a command without output or work is ended when it was silent for long', async () => {
  const { shell } = await shellFor({ stuck: { ...SOON, silenceMs: 500 } });
  const result = await shell.run('echo begun; sleep 600', patient);
  expect(result).toMatchObject({ exitCode: null, timedOut: false, stopped: { kind: 'silent' }, output: 'begun\n' });
});

test.each(['yes', 'cat /dev/zero', 'cat /dev/urandom', 'head -c 3000000000 /dev/zero | tr "\\0" x'])(
  '%s is ended when it has printed more than is kept, and the disk is not filled',
  async (command) => {
    const mostOutputBytes = 3 * 1024 * 1024;
    const live: string[] = [];
    const { shell } = await shellFor({ mostOutputBytes });
    const result = await shell.run(command, { timeoutSeconds: 50, onOutput: (chunk) => live.push(chunk) });
    expect(result).toMatchObject({ exitCode: null, timedOut: false, stopped: { kind: 'printed too much' } });
    expect(statSync(result.outputFile).size).toBeLessThan(2 * mostOutputBytes);
    expect(result.output.length).toBeLessThan(2 * 1024 * 1024);
    expect(live.join('').length).toBeLessThan(1.5 * 1024 * 1024);
    expect(/[^\P{Cc}\t\n]/u.test(result.output + live.join('') + readFileSync(result.outputFile, 'utf8'))).toBe(false);
    expect((await shell.run('echo goes on', patient)).output).toBe('goes on\n');
  },
  60_000,
);

test('what runs on in the background is named by the number that later commands know it by, until it is gone', async () => {
  const { shell, taskId } = await shellFor();
  const { background } = await shell.run('sleep 611 & disown; setsid nohup sleep 612 >/dev/null 2>&1 & echo started', patient);
  expect(background?.map((line) => line.replace(/^\d+ /, '')).sort()).toEqual(['sleep 611', 'sleep 612']);
  const [first = ''] = background?.filter((line) => line.endsWith('sleep 611')) ?? [];
  const next = await shell.run(`kill ${Number.parseInt(first, 10)}; echo done | cat`, patient);
  expect(next.background?.map((line) => line.replace(/^\d+ /, ''))).toEqual(['sleep 612']);
  await shell.close();
  expect(await taskProcesses(taskId, [shell.pid])).toEqual([]);
});

test('behind a wall too: the number is the one inside, a question is noticed, and the terminal cannot be read', async () => {
  const { shell } = await shellFor({ sandbox: 'required', stuck: SOON });
  const { background = [] } = await shell.run('sleep 613 & (while read -r line <&2; do echo "stole $line"; done) & echo started', patient);
  expect(background).toEqual([expect.stringMatching(/^\d+ sleep 613$/)]);
  expect(await shell.run(`kill ${Number.parseInt(background[0] ?? '', 10)} && echo killed`, patient)).toMatchObject({ output: 'killed\n' });
  const asked = await shell.run("printf 'Really delete? (yes/no) '; sleep 614", patient);
  expect(asked).toMatchObject({ exitCode: null, stopped: { kind: 'waits for input', prompt: 'Really delete? (yes/no)' } });
  expect(await shell.run('echo goes on', patient)).toMatchObject({ exitCode: 0, output: 'goes on\n' });
});

test('a background process that reads the terminal takes nothing away from the next command', async () => {
  const { shell } = await shellFor();
  await shell.run('(while read -r line <&2; do echo "stole $line"; done) & (cat <&1 >/dev/null) & true', patient);
  for (let round = 0; round < 5; round++) {
    const { exitCode, output } = await shell.run('echo mine', patient);
    // What the others complain of may come at any time; that they took something would be seen.
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^mine$/m) });
    expect(output).not.toContain('stole');
  }
});
