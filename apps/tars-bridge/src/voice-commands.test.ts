// What the description's voice commands become once the host's model has turned them into calls.
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { announce } from '@tars/core/redis';
import { SESSION, useHost } from './testing/use-host.js';

const host = useHost();

const START = 'start_autonomous_coding';
const CHECK = 'check_coding_progress';
const CANCEL = 'cancel_coding_task';

const phase = (entered: 'planning' | 'testing'): Event => ({
  type: 'phase.entered',
  at: Date.now(),
  phase: entered,
  left: null,
  leftWell: true,
});
const plan = (done: number): Event => ({
  type: 'plan.updated',
  at: Date.now(),
  steps: Array.from({ length: 5 }, (_, index) => ({ title: `step ${index}`, status: index < done ? 'done' : 'pending' })),
});

test.each([
  'build a calculator app with full tests',
  'Build a todo app with database',
  'Fix the login bug in the auth module',
  'Add dark mode to the website with tests',
  'Create a REST API for user management',
])('"%s" starts a task and says so at once', async (goal) => {
  const bridge = await host().bridge({ currentProject: () => host().project });
  const { ok, text, say, task } = await bridge.call(START, { goal }, SESSION);
  expect(ok).toBe(true);
  expect(text).toMatch(
    new RegExp(`^Started autonomous coding task #${task?.task_id} in background, sir\\.\nGoal: ${goal}\nProject: ${host().project}\n`),
  );
  expect(say).toMatch(/^(Started task|Task) /);
});

test('the last line of the start promises only what is so', async () => {
  const { redis, project } = host();
  const bridge = await host().bridge({ currentProject: () => project });
  const worker = { id: 'w1', host: 'here', pool: '', slots: 2, busy: 0, sandbox: 'off', model: 'claude-sonnet-4-5' };
  const start = async (goal: string) => {
    const { text, say } = await bridge.call(START, { goal }, SESSION);
    return { last: text.split('\n')[3], say };
  };
  expect((await start('one')).last).toBe('It is queued, but no worker is running right now.');
  await announce(redis, 'worker', { ...worker, roots: ['/elsewhere'], key: true });
  expect((await start('two')).last).toBe(`It is queued, but no running worker has the folder ${project} under its roots.`);
  await announce(redis, 'worker', { ...worker, roots: [project], key: false });
  expect((await start('three')).last).toContain('has no key for Claude');
  await announce(redis, 'worker', { ...worker, roots: [project], key: true });
  expect((await start('four')).last).toContain('updates will not reach Discord');
  await announce(redis, 'notifier', { id: 'n1', host: 'here', delivers: true });
  const { last, say } = await start('five');
  expect(last).toBe("I'll send updates to Discord and you can check progress anytime.");
  expect(say).toMatch(/^Started task [\w ]+, I'll update you on Discord\.$/);
});

test('"How\'s the coding going?", by number, by "the calculator" and by "latest" tell how the task is', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge, 'build a calculator app with full tests');
  await host().asWorker(id, phase('testing'));
  const spelled = { task_id: [...id].join(' ') };
  for (const args of [
    {},
    { task_id: id },
    { task_id: `#${id.toUpperCase()}` },
    { task_id: 'the calculator' },
    { task_id: 'latest' },
    spelled,
  ]) {
    const { text } = await bridge.call(CHECK, args, SESSION);
    expect(text.split('\n')).toStrictEqual([
      `Task #${id}: started`,
      'Goal: build a calculator app with full tests',
      'Progress: 🧪 Running tests...',
      'Current Phase: testing',
    ]);
  }
});

test('"Build a calculator with minimal updates" tells less, and "with detailed updates" more, whatever is configured', async () => {
  const bridge = await host().bridge({}, { ENABLE_DETAILED_UPDATES: 'true' });
  const minimal = await host().start(bridge, 'Build a calculator with minimal updates');
  expect((await host().store.read(minimal))?.verbose).toBe(false);
  await bridge.close();
  const quiet = await host().bridge({}, { ENABLE_DETAILED_UPDATES: 'false' });
  const detailed = await host().start(quiet, 'Build a calculator with detailed updates');
  expect((await host().store.read(detailed))?.verbose).toBe(true);
  const asked = await quiet.call(START, { goal: 'fix it', project_path: host().project, verbose_updates: true }, SESSION);
  expect((await host().store.read(asked.task?.task_id ?? ''))?.verbose).toBe(true);
});

test('"in project A", "also in project B", "check progress on both": each has its line', async () => {
  const bridge = await host().bridge();
  const inProject = async (goal: string, name: string): Promise<string> => {
    const { task } = await bridge.call(START, { goal, project_path: name }, SESSION);
    expect(basename(task?.project ?? '')).toBe(name);
    return task?.task_id ?? '';
  };
  const a = await inProject('Build a calculator', 'project-a');
  const b = await inProject('fix the login bug', 'project-b');
  await host().asWorker(a, plan(3), phase('testing'));
  await host().asWorker(b, phase('planning'));
  const { text, say } = await bridge.call(CHECK, {}, SESSION);
  expect(text.split('\n').sort()).toStrictEqual([`Task ${a}: 60% complete, testing...`, `Task ${b}: analyzing code...`].sort());
  expect(say).toContain('2 tasks are running');
});

test('"Cancel task …" and "Stop the background coding" cancel; where several run it is asked which', async () => {
  const bridge = await host().bridge();
  const first = await host().start(bridge, 'build a calculator');
  const second = await host().start(bridge, 'fix the login bug');
  const asked = await bridge.call(CANCEL, {}, SESSION);
  expect(asked).toMatchObject({ ok: false, reasonCode: 'ambiguous_task', text: expect.stringMatching(/^Which task, sir\?/) });
  expect([asked.text.includes(first), asked.text.includes(second)]).toStrictEqual([true, true]);
  expect((await bridge.call(CANCEL, { task_id: first }, SESSION)).text).toBe(`Task ${first} cancelled, sir.`);
  expect((await bridge.call(CANCEL, {}, SESSION)).text).toBe(`Task ${second} cancelled, sir.`);
});

test('the kept sentences stand where nothing can be done', async () => {
  const bridge = await host().bridge();
  const said = async (name: string, args: object) => (await bridge.call(name, args, SESSION)).text;
  expect(await said(START, {})).toBe('Please provide a coding goal, sir.');
  expect(await said(START, { goal: 'build it' })).toBe('Please open or specify a project first, sir.');
  expect(await said(CHECK, {})).toBe('No background tasks running, sir.');
  expect(await said(CHECK, { task_id: 'zebra' })).toBe('Task not found, sir.');
  expect(await said('submit_background_confirmation', { task_id: '' })).toBe('Please provide both task ID and confirmation code, sir.');
});
