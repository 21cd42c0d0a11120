// The parts as processes of their own: together they do what `tars up` does, and each may go without harm.
import { afterEach, expect, test } from '@jest/globals';
import { bash, deleteBackup, finish, mendNode, NODE_PROJECT } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const mend = { conversations: [{ name: 'mend', turns: mendNode }] };

async function start(given: Stage, goal: string, project: string): Promise<string> {
  const { stdout } = await given.tars(['start', goal, '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

test('api, worker and notifier as three processes reach the goal on one Redis', async () => {
  stage = await openStage(mend);
  const project = await stage.project('sums', NODE_PROJECT);
  stage.spawnTars(['api'], { WEBHOOK_PORT: '0' });
  stage.spawnTars(['notifier']);
  stage.spawnTars(['worker']);
  const id = await start(stage, 'Make the tests pass', project);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect((await stage.fullFeed(id)).at(-1)).toMatch(/^🎉 Task complete!/);
  expect(stage.claude.failures()).toEqual([]);
});

test('with every key of the doorbell deleted a queued task is still done', async () => {
  stage = await openStage(mend);
  const project = await stage.project('sums', NODE_PROJECT);
  const id = await start(stage, 'Make the tests pass', project);
  const bells = await stage.redis.keys('bq:*');
  expect(bells.length).toBeGreaterThan(0);
  await stage.redis.del(bells);
  stage.spawnTars(['worker']);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
});

test('two tasks in two projects run side by side in one worker, and in two workers of one slot each', async () => {
  const together = [
    { calls: [bash('touch here; for i in $(seq 100); do [ -e ../other/here ] && exit 0; sleep 0.1; done; exit 1', 'meet the other task')] },
  ];
  const back = [
    { calls: [bash('touch here; for i in $(seq 100); do [ -e ../sums/here ] && exit 0; sleep 0.1; done; exit 1', 'meet the other task')] },
  ];
  const met = { expect: { tool: 'bash', tool_result: 'exit code 0' }, calls: [finish('Met')] };
  const scenario = {
    conversations: [
      { name: 'first', match: 'Goal: meet first', turns: [...together, met] },
      { name: 'second', match: 'Goal: meet second', turns: [...back, met] },
    ],
  };
  for (const workers of [['2'], ['1', '1']]) {
    // They look for each other in the temporary folder, of which a sandbox gives each one its own.
    stage = await openStage(scenario, { SANDBOX: 'off' });
    const [first, second] = await Promise.all([stage.project('sums', {}), stage.project('other', {})]);
    for (const slots of workers) stage.spawnTars(['worker'], { WORKER_CONCURRENCY: slots });
    const ids = [await start(stage, 'meet first', first), await start(stage, 'meet second', second)];
    for (const id of ids) await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
    expect(stage.claude.failures()).toEqual([]);
    await stage.close();
    stage = null;
  }
});

test('a task goes on when the host that started it is killed, and a new host knows it as the latest', async () => {
  stage = await openStage({ conversations: [{ name: 'clean up', turns: deleteBackup }] });
  const project = await stage.project('sums', { 'old_backup.js': '' });
  stage.spawnTars(['worker']);
  const host = stage.spawnTars(['start', 'Clean up', '--project', project, '--watch', '--json']);
  await host.saw(/"task_id"/);
  host.kill('SIGKILL');
  await host.ended;
  const [latest] = await stage.store.list({ limit: 1 });
  const id = latest?.id ?? '';
  await stage.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  const status = await stage.tars(['status']);
  expect(status.stdout).toContain(`Task #${id}: started`);
});

test('a start is answered while n8n hangs, Claude hangs and no worker lives', async () => {
  stage = await openStage(mend);
  await stage.claude.control({ hang: true });
  await stage.n8n.faults({ drop: true });
  const project = await stage.project('sums', NODE_PROJECT);
  const started = await stage.tars(['start', 'Make the tests pass', '--project', project]);
  expect(started.code).toBe(0);
  expect(started.stdout).toContain('no worker is running right now');
});
