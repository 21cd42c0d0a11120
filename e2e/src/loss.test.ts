// What dies comes back: a worker killed in mid-task, and a Redis that goes away and returns.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { bash, finish, NODE_PROJECT } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Leaves a line for each time it ran, then waits to be let go. */
const slow = 'echo ran >> ledger; until [ -e go ]; do sleep 0.05; done; echo let go';

async function start(given: Stage, project: string): Promise<string> {
  const { stdout } = await given.tars(['start', 'Wait for it', '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

test('a task whose worker is killed goes on in the next one, and what ran is not run again', async () => {
  const unknown = { tool: 'bash', tool_result: 'outcome is unknown', is_error: true };
  stage = await openStage({
    conversations: [{ name: 'wait', turns: [{ calls: [bash(slow, 'wait')] }, { expect: unknown, calls: [finish('Waited')] }] }],
  });
  const project = await stage.project('sums', { 'package.json': NODE_PROJECT['package.json'] });
  const worker = stage.spawnTars(['worker']);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  const [claim] = (await stage.store.events(id)).filter(({ event }) => event.type === 'task.claimed');
  if (claim?.event.type !== 'task.claimed') throw new Error('never claimed');
  process.kill(claim.event.worker.supervisor.pid, 'SIGKILL');
  await worker.ended;

  await stage.lapseLease(id);
  stage.spawnTars(['worker']);
  const task = await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(task).toMatchObject({ attempt: 2, crashes: 1 });
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
  expect(stage.claude.failures()).toEqual([]);
  const notices = (await stage.store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.notice] : []));
  expect(notices).toEqual(['worker_restarted']);
});

test('a Redis that is killed and comes back in mid-task costs nothing', async () => {
  stage = await openStage({
    conversations: [
      {
        name: 'wait',
        turns: [{ calls: [bash(slow, 'wait')] }, { expect: { tool: 'bash', tool_result: 'let go' }, calls: [finish('Waited')] }],
      },
    ],
  });
  const project = await stage.project('sums', {});
  stage.spawnTars(['worker']);
  stage.spawnTars(['notifier']);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  await stage.server.stop('SIGKILL');
  const answer = await stage.tars(['status', id]);
  expect(answer.code).toBe(69);
  await stage.project('sums', { go: '' });
  await stage.server.restart();
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
  expect((await stage.fullFeed(id)).filter((text) => text.startsWith('🎉'))).toHaveLength(1);
  expect(stage.claude.failures()).toEqual([]);
});

test('a host that is killed takes no task with it: its worker ends what it holds, then itself', async () => {
  stage = await openStage({
    conversations: [
      {
        name: 'wait',
        turns: [{ calls: [bash(slow, 'wait')] }, { expect: { tool: 'bash', tool_result: 'let go' }, calls: [finish('Waited')] }],
      },
    ],
  });
  const project = await stage.project('sums', {});
  const up = stage.spawnTars(['up'], { WEBHOOK_PORT: '0' });
  await up.saw(/^ready/m);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  const [claim] = (await stage.store.events(id)).filter(({ event }) => event.type === 'task.claimed');
  if (claim?.event.type !== 'task.claimed') throw new Error('never claimed');
  const { pid } = claim.event.worker.supervisor;
  up.kill('SIGKILL');
  await stage.project('sums', { go: '' });
  expect(await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 1, crashes: 0 });
  await stage.until('the worker has ended', () => !existsSync(`/proc/${pid}`));
  await up.ended;
});
