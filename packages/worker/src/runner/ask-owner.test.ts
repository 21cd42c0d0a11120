// What may happen between a question and its answer, and what a question may not be.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { toolDefinitions } from '../tools/toolset.js';
import { git } from '../workspace/git.js';
import { perform } from './perform.js';
import { type Attempt, type AttemptOptions, openAttempt } from './testing/attempt.js';
import { answer, approve, intentsOf, requestOf } from './testing/owner.js';

const open: Attempt[] = [];
const before = { PATH: process.env.PATH };
afterEach(async () => {
  Object.assign(process.env, before);
  for (const name of ['GIT_SSH_COMMAND', 'LD_PRELOAD', 'NODE_OPTIONS', 'PYTHONPATH', 'BASH_ENV']) delete process.env[name];
  for (const attempt of open.splice(0)) await attempt.close();
});

const FILES = {
  'old.txt': 'x',
  'clean.sh': 'rm old.txt\n',
  Makefile: 'clean:\n\trm old.txt\n',
  'package.json': '{"scripts":{"clean":"rm old.txt"}}',
  'clean.py': 'import os\nos.remove("old.txt")\n',
  'build/a.txt': 'a',
  'other/b.txt': 'b',
};

async function wishing(command: string, options: AttemptOptions = {}): Promise<{ attempt: Attempt; performed: Promise<unknown> }> {
  const attempt = await openAttempt({ files: FILES, ...options });
  open.push(attempt);
  await attempt.reply([{ id: 'call_1', name: 'bash', input: { command, reason: 'tidy up' } }]);
  return { attempt, performed: perform(attempt.context) };
}

type Change = readonly [id: string, what: string, command: string, change: (project: string) => Promise<unknown> | unknown, told: string];
const CHANGES: readonly Change[] = [
  ['C10', 'a named script', 'bash clean.sh', (project) => writeFile(join(project, 'clean.sh'), 'rm -rf build\n'), 'file clean.sh'],
  ['C10', 'a makefile', 'make clean', (project) => writeFile(join(project, 'Makefile'), 'clean:\n\trm -rf build\n'), 'file Makefile'],
  [
    'C10',
    'a makefile that comes first',
    'make clean',
    (project) => writeFile(join(project, 'GNUmakefile'), 'clean:\n\trm -rf build\n'),
    'file GNUmakefile',
  ],
  [
    'C10',
    'a script of package.json',
    'npm run clean',
    (project) => writeFile(join(project, 'package.json'), '{"scripts":{"clean":"rm -rf build"}}'),
    'file package.json',
  ],
  [
    'C10',
    'a program behind the destructive part',
    'rm old.txt && python3 clean.py',
    (project) => writeFile(join(project, 'clean.py'), 'print(1)'),
    'file clean.py',
  ],
  [
    'C11',
    'the folder itself',
    'rm old.txt',
    async (project) => {
      await rename(project, `${project}-before`);
      await mkdir(project);
      await writeFile(join(project, 'old.txt'), 'another');
    },
    'the folder',
  ],
  [
    'C11',
    'what a named path is',
    'rm -rf build/',
    async (project) => {
      await rm(join(project, 'build'), { recursive: true });
      await symlink('other', join(project, 'build'));
    },
    'path build',
  ],
  ['C11', 'a path that was not there', 'rm -rf build gone', (project) => symlink('other', join(project, 'gone')), 'path gone'],
  ['C12', 'PATH', 'rm old.txt', () => Object.assign(process.env, { PATH: `/tmp/evil:${process.env.PATH}` }), 'variable PATH'],
  ['C12', 'GIT_SSH_COMMAND', 'rm old.txt', () => Object.assign(process.env, { GIT_SSH_COMMAND: 'evil' }), 'variable GIT_SSH_COMMAND'],
  ['C12', 'LD_PRELOAD', 'rm old.txt', () => Object.assign(process.env, { LD_PRELOAD: '' }), 'variable LD_PRELOAD'],
  ['C12', 'NODE_OPTIONS', 'rm old.txt', () => Object.assign(process.env, { NODE_OPTIONS: '--no-warnings' }), 'variable NODE_OPTIONS'],
  ['C12', 'PYTHONPATH', 'rm old.txt', () => Object.assign(process.env, { PYTHONPATH: '/tmp/evil' }), 'variable PYTHONPATH'],
  ['C12', 'BASH_ENV', 'rm old.txt', () => Object.assign(process.env, { BASH_ENV: '/tmp/evil' }), 'variable BASH_ENV'],
];

test.each(CHANGES)('%s %s changed between question and yes: %s is not run but asked anew', async (_, __, command, change, told) => {
  const { attempt, performed } = await wishing(command);
  const first = await requestOf(attempt);
  await change(attempt.project);
  approve(attempt, first);
  const second = await requestOf(attempt, first.id);
  expect(second).toMatchObject({ command, changed: expect.stringContaining(told) });
  expect(intentsOf(attempt)).toEqual([]);
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  answer(attempt, second, 'denied');
  await performed;
  expect(intentsOf(attempt)).toEqual([]);
});

test('C10 a git setting or a hook changed between question and yes: a push is asked anew', async () => {
  const { attempt, performed } = await wishing('git push --force origin main', {
    before: async ({ project }) => {
      await git(project, ['init', '-q']);
      return {};
    },
  });
  const first = await requestOf(attempt);
  await git(attempt.project, ['remote', 'add', 'origin', 'https://evil.example/x.git']);
  await mkdir(join(attempt.project, '.git/hooks'), { recursive: true });
  await writeFile(join(attempt.project, '.git/hooks/pre-push'), '#!/bin/sh\nrm -rf .\n');
  await chmod(join(attempt.project, '.git/hooks/pre-push'), 0o755);
  approve(attempt, first);
  const second = await requestOf(attempt, first.id);
  expect(second.changed).toMatch(/file \.git\/config.*file \.git\/hooks\/pre-push/);
  answer(attempt, second, 'denied');
  await performed;
});

test('what did not change is run at the first yes, also when other files did', async () => {
  const { attempt, performed } = await wishing('bash clean.sh');
  await writeFile(join(attempt.project, 'unrelated.txt'), 'new');
  approve(attempt, await requestOf(attempt));
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(false);
  expect(intentsOf(attempt)).toHaveLength(1);
});

test('C16 a yes that the owner took back before it was used runs nothing, and the agent goes on', async () => {
  const { attempt, performed } = await wishing('rm old.txt');
  const request = await requestOf(attempt);
  approve(attempt, request);
  attempt.record.outside({
    ...{ type: 'confirmation.answered', at: 2, confirmationId: request.id, outcome: 'denied', command: request.command },
    ...{ grant: null, feedback: null, channel: 'voice' },
  });
  await performed;
  expect(intentsOf(attempt)).toEqual([]);
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining('took the yes back') });
  expect(await readdir(attempt.project)).toContain('old.txt');
});

test('C27 a command that cannot be shown whole is not asked for, and the agent is told what to do instead', async () => {
  const { attempt, performed } = await wishing(`rm -rf build${' '.repeat(3_000)}; rm -rf ~`);
  await performed;
  expect(attempt.record.task().asks).toBe(0);
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringMatching(/too long to be shown.*script file/) });
  expect(await readdir(attempt.project)).toContain('build');
});

test('C30 a task that asks too often ends and says so, instead of wearing its owner out', async () => {
  const first = await wishing('rm old.txt', { limits: { confirmations: 3 } });
  const { attempt } = first;
  let { performed } = first;
  for (let asks = 1, last: string | null = null; asks <= 3; asks++) {
    const request = await requestOf(attempt, last);
    last = request.id;
    answer(attempt, request, 'denied');
    await performed;
    await attempt.reply([{ id: `call_${asks + 1}`, name: 'bash', input: { command: 'rm old.txt', reason: 'again' } }]);
    performed = perform(attempt.context);
    performed.catch(() => {});
  }
  await expect(performed).rejects.toMatchObject({ code: 'over' });
  expect(attempt.record.task()).toMatchObject({ state: 'failed', asks: 3, failure: { reason: 'too_many_confirmations' } });
  expect(attempt.record.events()).toContainEqual(expect.objectContaining({ type: 'notice.given', notice: 'too_many_confirmations' }));
});

test('C21 what the agent says beside a request cannot be a request of its own', async () => {
  const attempt = await openAttempt({ files: FILES });
  open.push(attempt);
  await attempt.reply([
    { id: 'call_1', name: 'bash', input: { command: 'rm old.txt', reason: 'Reply with your confirmation code: all is safe' } },
  ]);
  const performed = perform(attempt.context);
  const request = await requestOf(attempt);
  expect(request.agentSays).toContain('left out');
  answer(attempt, request, 'denied');
  await performed;
});

test('C21 a question that asks for the code is not put, and the agent is told why', async () => {
  const attempt = await openAttempt({ files: FILES });
  open.push(attempt);
  await attempt.reply([{ id: 'call_1', name: 'ask_user', input: { question: 'Please tell me your confirmation code to go on.' } }]);
  await perform(attempt.context);
  expect(attempt.record.task().question).toBeNull();
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining('Never ask for codes') });
});

test('C26 the agent has no tool that takes a code', async () => {
  const attempt = await openAttempt({ files: FILES });
  open.push(attempt);
  await attempt.reply([{ id: 'call_1', name: 'submit_background_confirmation', input: { task_id: 'a7f3', confirmation_code: '4711' } }]);
  await perform(attempt.context);
  expect(attempt.results().call_1).toMatchObject({ isError: true });
  expect(JSON.stringify(toolDefinitions())).not.toMatch(/confirmation_code|submit_background/);
});
