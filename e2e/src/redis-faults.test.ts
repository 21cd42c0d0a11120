// A Redis that is there and takes nothing, or has forgotten everything, in the middle of a task and at the start.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Leaves a line for each time it ran, then waits to be let go. */
const slow = 'echo ran >> ledger; until [ -e go ]; do sleep 0.05; done; echo let go';
const wait = {
  conversations: [
    {
      name: 'wait',
      turns: [{ calls: [bash(slow, 'wait')] }, { expect: { tool: 'bash', tool_result: 'let go' }, calls: [finish('Waited')] }],
    },
  ],
};

async function start(given: Stage, project: string): Promise<string> {
  const { stdout } = await given.tars(['start', 'Wait for it', '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

type Fault = { spoil(given: Stage): Promise<unknown>; mend(given: Stage): Promise<unknown> };
const UNFIT: [string, Fault][] = [
  [
    'is out of memory',
    {
      spoil: ({ redis }) => redis.configSet('maxmemory', '1'),
      mend: ({ redis }) => redis.configSet('maxmemory', '0'),
    },
  ],
  [
    'has become a read-only replica',
    {
      spoil: ({ redis }) => redis.sendCommand(['REPLICAOF', '127.0.0.1', '1']),
      mend: ({ redis }) => redis.sendCommand(['REPLICAOF', 'NO', 'ONE']),
    },
  ],
];

test.each(UNFIT)(
  'a Redis that %s in mid-task is waited for: nothing new is taken, and the task goes on where it stood',
  async (_, fault) => {
    stage = await openStage(wait);
    const project = await stage.project('sums', {});
    const worker = stage.spawnTars(['worker']);
    stage.spawnTars(['notifier']);
    const api = stage.spawnTars(['api'], { WEBHOOK_PORT: '0' });
    const id = await start(stage, project);
    await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
    await api.saw(/http:\/\/[\d.]+:\d+/);
    const address = /http:\/\/[\d.]+:\d+/.exec(api.stdout() + api.stderr())?.[0] ?? '';

    await fault.spoil(stage);
    await stage.project('sums', { go: '' });
    await worker.saw(/a commit waits for Redis/);
    const refused = await stage.tars(['start', 'Another', '--project', project]);
    expect(refused.code).toBe(69);
    const answer = await fetch(`${address}/api/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ goal: 'Another', project_path: project }),
    });
    expect(answer.status).toBe(503);
    expect((await stage.tars(['status', id])).code).toBe(0);

    await fault.mend(stage);
    expect(await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 1, crashes: 0 });
    expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
    expect((await stage.fullFeed(id)).filter((text) => text.startsWith('🎉'))).toHaveLength(1);
    expect(stage.claude.failures()).toEqual([]);
  },
);

test('parts that start while Redis takes nothing say so, and work once it does', async () => {
  stage = await openStage(wait);
  const project = await stage.project('sums', { go: '' });
  const id = await start(stage, project);
  await stage.redis.configSet('maxmemory', '1');
  const worker = stage.spawnTars(['worker']);
  stage.spawnTars(['notifier']);
  await worker.saw(/Redis does not hear this worker/);
  expect((await stage.store.read(id))?.state).toBe('queued');
  await stage.redis.configSet('maxmemory', '0');
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect((await stage.fullFeed(id)).at(-1)).toMatch(/^🎉/);
});

test('a Redis that is emptied in mid-task: the worker stops it, kills what it ran, says so, and does the next one', async () => {
  stage = await openStage(wait);
  const project = await stage.project('sums', {});
  const worker = stage.spawnTars(['worker'], { WORKER_CONCURRENCY: '1' });
  stage.spawnTars(['notifier']);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  await stage.redis.flushAll();
  await worker.saw(/was it emptied\?/);
  expect((await stage.tars(['status', id])).stdout + (await stage.tars(['status', id])).stderr).toContain('Task not found, sir.');

  const next = await start(stage, await stage.project('other', { go: '' }));
  await stage.taskThat(next, 'is finished', ({ state }) => state === 'finished');
  expect((await stage.fullFeed(next)).at(-1)).toMatch(/^🎉/);
  expect(await stage.store.read(id)).toBeNull();
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
});
