// Staying in command: codes, silence, cancel, and what an early code is worth.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { processesWith, taskProcesses } from './processes.js';
import { bash, deleteBackup, finish, NODE_PROJECT } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const PASSING = { 'old_backup.js': NODE_PROJECT['old_backup.js'] };
const cleanUp = { conversations: [{ name: 'clean up', turns: deleteBackup }] };

async function waitingTask(given: Stage): Promise<{ id: string; project: string; api: string }> {
  const project = await given.project('sums', PASSING);
  const api = await given.up();
  const { stdout } = await given.tars(['start', 'Clean up', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await given.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  return { id, project, api };
}

const answer = (api: string, body: object) =>
  fetch(`${api}/webhook/background-confirmation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a wrong code leaves the command waiting, the right one runs it once', async () => {
  stage = await openStage(cleanUp);
  const { id, project, api } = await waitingTask(stage);

  const wrong = await answer(api, { task_id: id, confirmation_code: '0000' });
  expect(wrong.status).toBe(403);
  expect(await wrong.json()).toMatchObject({ status: 'error', reason: 'wrong_code', tries_left: 4 });
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
  expect((await stage.store.read(id))?.confirmation).not.toBeNull();

  const right = await answer(api, { task_id: id, confirmation_code: CODE });
  expect(right.status).toBe(200);
  expect(await right.json()).toMatchObject({ status: 'ok', message: 'Confirmation received', task_id: id });
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);

  const commands = (await stage.store.events(id)).filter(
    ({ event }) => event.type === 'command.intended' && event.command === 'rm old_backup.js',
  );
  expect(commands).toHaveLength(1);
  const again = await answer(api, { task_id: id, confirmation_code: CODE });
  expect(again.status).toBe(409);
});

test('silence fails the task with a notice, and the command is not run', async () => {
  stage = await openStage(cleanUp, { CONFIRMATION_TIMEOUT_MINUTES: '0.02' });
  const { id, project } = await waitingTask(stage);
  const task = await stage.taskThat(id, 'has failed', ({ state }) => state === 'failed');
  expect(task.failure).toMatchObject({ reason: 'confirmation_timeout' });
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
  const feed = await stage.fullFeed(id);
  expect(feed.at(-1)).toMatch(/^❌ Task failed: No confirmation code came/);
  expect(taskProcesses(id)).toEqual([]);
});

test('a code given before anything waits unlocks nothing later', async () => {
  stage = await openStage({ conversations: [{ name: 'later', turns: [{ calls: [bash('echo hello', 'say hello')] }, ...deleteBackup] }] });
  const project = await stage.project('sums', PASSING);
  const api = await stage.up();
  // It has not said anything yet, and is asked again soon.
  await stage.claude.control({ fault: { kind: 'status', status: 529, times: 'always' } });
  const { stdout } = await stage.tars(['start', 'Clean up', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  const early = await answer(api, { task_id: id, confirmation_code: CODE });
  expect(early.status).toBe(409);
  expect(await early.json()).toMatchObject({ reason: 'nothing_pending' });
  await stage.claude.control({ fault: null });
  await stage.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
});

test('a cancelled task leaves no process behind, and Claude hears no more of it', async () => {
  const turns = [{ calls: [bash('sleep 600.25 & sleep 600.25', 'wait')] }, { calls: [finish('Waited')] }];
  stage = await openStage({ conversations: [{ name: 'sleeper', turns }] });
  const project = await stage.project('sums', PASSING);
  await stage.up();
  const { stdout } = await stage.tars(['start', 'Wait', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await stage.until('both sleep', () => processesWith('sleep 600.25').length >= 2);
  const asked = stage.claude.requests().length;

  const cancelled = await stage.tars(['cancel', id]);
  expect(cancelled).toMatchObject({ code: 0 });
  expect(cancelled.stdout).toContain(`Task ${id} cancelled, sir.`);
  expect(taskProcesses(id)).toEqual([]);
  expect(processesWith('sleep 600.25')).toEqual([]);
  expect((await stage.store.read(id))?.state).toBe('cancelled');
  expect(stage.claude.requests()).toHaveLength(asked);
});
