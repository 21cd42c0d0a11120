// What an owner may want of a task on its way: to pause, to go on, to be tried again, to hear one more thing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { EventType, Task } from '@tars/core';
import type { TurnInput } from '@tars/testkit';
import type { Process } from './observed.js';
import { taskProcesses } from './processes.js';
import { bash, deleteBackup, finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Leaves a line for each time it ran, then waits to be let go. */
const slow = bash('echo ran >> ledger; until [ -e go ]; do sleep 0.05; done; echo let go', 'wait');

type Run = {
  stage: Stage;
  id: string;
  worker: Process;
  file(name: string): string;
  /** Resolves once the slow command runs. */
  running(): Promise<void>;
  letGo(): Promise<unknown>;
  is(state: Task['state']): Promise<Task>;
  happened(type: EventType): Promise<number>;
};

async function run(turns: TurnInput[], settings: Readonly<Record<string, string>> = {}): Promise<Run> {
  const opened = await openStage({ conversations: [{ name: 'only', turns }] }, settings);
  stage = opened;
  const project = await opened.project('sums', { 'old_backup.js': '' });
  const worker = opened.spawnTars(['worker']);
  const { stdout } = await opened.tars(['start', 'Do it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  const file = (name: string) => join(project, name);
  return {
    stage: opened,
    id,
    worker,
    file,
    running: () => opened.until('the command runs', () => existsSync(file('ledger'))),
    letGo: () => opened.project('sums', { go: '' }),
    is: (state) => opened.taskThat(id, `is ${state}`, (task) => task.state === state),
    happened: async (type) => (await opened.store.events(id)).filter(({ event }) => event.type === type).length,
  };
}
const ok = { code: 0, stderr: '' };

test('a pause lets the running command end, nothing more runs, and a resume after a restart goes on at the same turn', async () => {
  const {
    stage: opened,
    id,
    worker,
    file,
    running,
    letGo,
    is,
  } = await run([
    { calls: [slow, bash('touch second', 'go on')] },
    { expect: { tool: 'bash', tool_result: 'exit code 0' }, calls: [finish('Waited')] },
  ]);
  opened.spawnTars(['notifier']);
  await running();
  expect(await opened.tars(['pause', id])).toMatchObject({
    ...ok,
    stdout: expect.stringContaining('as soon as its running step has ended'),
  });
  expect(await opened.tars(['pause', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('already') });
  await letGo();
  expect(await is('paused')).toMatchObject({ turns: 1, crashes: 0, worker: null });
  expect(taskProcesses(id)).toEqual([]);
  const { workedMs } = await is('paused');

  worker.kill('SIGTERM');
  await worker.ended;
  opened.spawnTars(['worker']);
  // The new worker takes what it may: this task it may not.
  const other = await opened.project('other', {});
  const { stdout } = await opened.tars(['start', 'Something else', '--project', other, '--json']);
  await opened.taskThat(JSON.parse(stdout).task_id, 'was claimed', ({ attempt }) => attempt === 1);
  expect(await opened.store.read(id)).toMatchObject({ state: 'paused', attempt: 1, workedMs });
  expect(existsSync(file('second'))).toBe(false);

  expect(await opened.tars(['resume', id])).toMatchObject({ ...ok, stdout: `Task ${id} resumed, sir.\n` });
  expect(await is('finished')).toMatchObject({ attempt: 2, crashes: 0, turns: 2 });
  expect(await opened.lines(file('ledger'))).toEqual(['ran']);
  expect(existsSync(file('second'))).toBe(true);
  const feed = await opened.fullFeed(id);
  expect(feed.filter((text) => /^(⏸️|▶️|ℹ️|🎉)/u.test(text)).map((text) => text.split('\n')[0])).toEqual([
    `⏸️ Task #${id} paused.`,
    `▶️ Task #${id} resumed.`,
    '🎉 Task complete!',
  ]);
});

test('a task that waits for a code is paused at once, and the code given meanwhile runs the command after the resume, once', async () => {
  const { stage: opened, id, file, is, happened } = await run(deleteBackup);
  await opened.taskThat(id, 'waits', ({ confirmation }) => confirmation !== null);
  expect(await opened.tars(['pause', id])).toMatchObject({ ...ok, stdout: `Task ${id} paused, sir.\n` });
  expect(await is('paused')).toMatchObject({ confirmation: { command: 'rm old_backup.js' } });
  expect((await opened.tars(['confirm', id], { input: CODE })).code).toBe(0);
  expect(existsSync(file('old_backup.js'))).toBe(true);
  expect((await opened.tars(['resume', id])).code).toBe(0);
  await is('finished');
  expect(existsSync(file('old_backup.js'))).toBe(false);
  expect([await happened('confirmation.requested'), await happened('command.intended')]).toEqual([1, 1]);
});

test('a failed task is tried again from its last good turn with fresh limits, and ends once more', async () => {
  const {
    stage: opened,
    id,
    file,
    is,
    happened,
  } = await run(
    [
      { calls: [bash('echo ran >> ledger', 'one')] },
      { calls: [bash('echo ran >> ledger', 'two')] },
      { expect: { tool: 'bash', tool_result: 'exit code 0', user_text: 'tried again' }, calls: [finish('Ran twice')] },
    ],
    { MAX_ITERATIONS: '2' },
  );
  expect(await is('failed')).toMatchObject({ turns: 2, failure: { reason: 'max_turns' } });
  expect((await opened.tars(['resume', id])).code).toBe(1);
  expect(await opened.tars(['retry', id])).toMatchObject({ ...ok, stdout: expect.stringContaining('tried again') });
  expect(await is('finished')).toMatchObject({ attempt: 2, turns: 1, failure: null });
  expect(await opened.lines(file('ledger'))).toEqual(['ran', 'ran']);
  expect([await happened('task.failed'), await happened('task.finished')]).toEqual([1, 1]);
  expect(await opened.tars(['retry', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('is finished') });
  expect(opened.claude.failures()).toEqual([]);
});

test('a timeout in mid-command is tried again: the command is not repeated behind the back of the model', async () => {
  const {
    stage: opened,
    id,
    file,
    running,
    is,
  } = await run(
    [{ calls: [slow] }, { expect: { tool: 'bash', tool_result: 'outcome is unknown', is_error: true }, calls: [finish('Looked first')] }],
    { MAX_TASK_RUNTIME_MINUTES: '0.05' },
  );
  await running();
  await is('timeout');
  expect((await opened.tars(['retry', id])).code).toBe(0);
  await is('finished');
  expect(await opened.lines(file('ledger'))).toEqual(['ran']);
  expect(opened.claude.failures()).toEqual([]);
});

test('what is told while a command runs is read in order before the next turn, once, also when the worker is killed meanwhile', async () => {
  const {
    stage: opened,
    id,
    worker,
    running,
    letGo,
    is,
  } = await run([
    { calls: [slow] },
    {
      expect: { tool: 'bash', tool_result: 'outcome is unknown', user_text: 'one[^]*two[^]*three' },
      calls: [bash('until [ -e go ]; do sleep 0.05; done', 'wait again')],
    },
    { expect: { user_text: 'four' }, calls: [finish('Heard')] },
  ]);
  await running();
  const noted = `Message for #${id} noted; the agent reads it before its next turn.\n`;
  expect(await opened.tars(['tell', id, 'one'])).toMatchObject({ ...ok, stdout: noted });
  expect(await opened.tars(['tell', id, `two, and ${CODE}`])).toMatchObject({ ...ok, stdout: noted });
  const [claim] = (await opened.store.events(id)).filter(({ event }) => event.type === 'task.claimed');
  if (claim?.event.type !== 'task.claimed') throw new Error('never claimed');
  process.kill(claim.event.worker.supervisor.pid, 'SIGKILL');
  await worker.ended;
  expect(await opened.tars(['tell', id, 'three'])).toMatchObject({ ...ok, stdout: noted });
  await opened.lapseLease(id);
  opened.spawnTars(['worker']);
  await opened.taskThat(id, 'has read', ({ messages }) => messages.length === 0);
  expect(await opened.tars(['tell', id, 'four'])).toMatchObject({ ...ok, stdout: noted });
  await letGo();
  await is('finished');
  const notes = (await opened.store.transcript(id)).flatMap((record) => (record.kind === 'note' && record.messageId ? [record] : []));
  expect(notes.map(({ text }) => text)).toEqual(['one', 'two, and [redacted]', 'three', 'four'].map((said) => `The owner says: ${said}`));
  expect(notes.map(({ turn }) => turn)).toEqual([2, 2, 2, 3]);
  expect(opened.claude.failures()).toEqual([]);
  expect((await opened.tars(['logs', id])).stdout).toContain('TARS (seen at turn 2): The owner says: one');
});

test('what is told before any worker takes the task is in its first request, after the goal', async () => {
  const turns = [{ expect: { user_text: 'Goal: Do it[^]*The owner says: in Rust' }, calls: [finish('Done in Rust')] }];
  const opened = await openStage({ conversations: [{ name: 'only', turns }] });
  stage = opened;
  const project = await opened.project('sums', {});
  const { stdout } = await opened.tars(['start', 'Do it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  expect((await opened.tars(['tell', id, 'in Rust'])).code).toBe(0);
  opened.spawnTars(['worker']);
  await opened.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(opened.claude.failures()).toEqual([]);
});

test('a finished task goes on with what it is told, its summary kept, and ends once more', async () => {
  const {
    stage: opened,
    id,
    is,
    happened,
  } = await run([
    { calls: [finish('Built the calculator')] },
    {
      expect: { user_text: 'had ended \\(finished\\)[^]*Built the calculator[^]*The owner says: add division' },
      calls: [{ name: 'write_file', input: { path: 'division.md', content: 'x\n' } }],
    },
    { calls: [finish('Add division')] },
  ]);
  opened.spawnTars(['notifier']);
  expect(await is('finished')).toMatchObject({ summary: 'Built the calculator' });
  expect(await opened.tars(['tell', id, ' '])).toMatchObject({ code: 2 });
  expect(await opened.tars(['tell', id, 'add division'])).toMatchObject({
    ...ok,
    stdout: `Message for #${id} noted; the task goes on with it.\n`,
  });
  await opened.taskThat(id, 'has ended again', ({ summary }) => summary === 'Add division');
  expect(await opened.store.read(id)).toMatchObject({ state: 'finished', attempt: 2, turns: 2, filesChanged: ['division.md'] });
  expect([await happened('task.retried'), await happened('task.finished')]).toEqual([1, 2]);
  await opened.until('both endings are told', async () => {
    const texts = await opened.fullFeed(id);
    return texts.filter((text) => text.startsWith('🎉')).length === 2;
  });
  const texts = await opened.fullFeed(id);
  expect(texts.filter((text) => /^(🎉|▶️|👀)/u.test(text)).map((text) => text.split('\n')[0])).toEqual([
    '🎉 Task complete!',
    `▶️ Task #${id} goes on with your message.`,
    '👀 Message seen at turn 1.',
    '🎉 Task complete!',
  ]);
  expect(opened.claude.failures()).toEqual([]);
});
