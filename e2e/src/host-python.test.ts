// The example host in Python: a conversation over HTTP alone, with api and worker as processes of their own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { taskProcesses } from './processes.js';
import { bash, deleteBackup } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

const HOST = fileURLToPath(new URL('../../examples/host-python/host.py', import.meta.url));
const API_TOKEN = 'a-token-between-host-and-api';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const world = {
  conversations: [
    { name: 'clean up', match: 'Clean up', turns: deleteBackup },
    { name: 'for ever', match: 'Wait for ever', turns: [{ calls: [bash('sleep 600', 'wait')] }] },
  ],
};

async function startApi(given: Stage): Promise<string> {
  const api = given.spawnTars(['api'], { WEBHOOK_PORT: '0' });
  await api.saw(/https?:\/\/[\d.]+:\d+/);
  return /https?:\/\/[\d.]+:\d+/.exec(api.stdout() + api.stderr())?.[0] ?? '';
}

test('start, progress, confirmation and cancel, said in a Python conversation', async () => {
  stage = await openStage(world, { API_TOKEN });
  const project = await stage.project('sums', { 'old_backup.js': '' });
  stage.spawnTars(['worker']);
  const host = stage.spawnProgram('python3', [HOST], { TARS_API: await startApi(stage), API_TOKEN });

  host.tell('start Clean up in sums');
  await host.saw(/Started autonomous coding task #\w+ in background, sir\.\nGoal: Clean up\nProject: .*sums/);
  await host.saw(/Sir, task \w+ needs your confirmation code to run: rm old_backup\.js/);
  host.tell('progress');
  await host.saw(/Current Phase: \w+\nWaiting for confirmation code for command: rm old_backup\.js/);
  host.tell('0000');
  await host.saw(/That code is not right, sir\. 4 tries are left/);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
  host.tell(CODE);
  await host.saw(/Confirmation code received for task \w+, sir\. The background task will continue\./);
  await host.saw(/Task #\w+: finished/);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);

  host.tell('start Wait for ever in sums');
  const id = await taskOf(stage, 'Wait for ever');
  await stage.taskThat(id, 'runs its command', ({ progress }) => progress.includes('sleep 600'));
  host.tell(`cancel ${id}`);
  await host.saw(new RegExp(`Task ${id} cancelled, sir\\.`));
  expect(taskProcesses(id)).toEqual([]);
  expect(await stage.store.read(id)).toMatchObject({ state: 'cancelled' });
});

test('what stands in the way is a sentence: a missing token, a goal that is missing, an api that is not there', async () => {
  stage = await openStage(world, { API_TOKEN });
  const address = await startApi(stage);
  const stranger = stage.spawnProgram('python3', [HOST], { TARS_API: address });
  stranger.tell('progress');
  await stranger.saw(/\S.*API_TOKEN/);
  const host = stage.spawnProgram('python3', [HOST], { TARS_API: address, API_TOKEN });
  host.tell('start Clean up');
  await host.saw(/Please open or specify a project first, sir\./);
  host.tell('progress');
  await host.saw(/No background tasks running, sir\./);
  const early = stage.spawnProgram('python3', [HOST], { TARS_API: 'http://127.0.0.1:9' });
  early.tell('progress');
  await early.saw(/The background task system does not answer, sir\./);
});

async function taskOf(given: Stage, goal: string): Promise<string> {
  let id = '';
  await given.until(`the task "${goal}"`, async () => {
    id = (await given.store.list()).find((task) => task.goal === goal)?.id ?? '';
    return id !== '';
  });
  return id;
}
