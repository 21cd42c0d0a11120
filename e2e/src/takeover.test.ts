// Workers that die or stop in the middle of things: the next one takes over at once, and nothing is done twice.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { alive, keys } from '@tars/core/redis';
import { processesWith, taskProcesses } from './processes.js';
import { bash, finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Leaves a line for each time it ran, then waits to be let go. */
const slow = (name: string) => `echo ${name} >> ledger; bash -c 'until [ -e go-${name} ]; do sleep 0.05; done'; echo let go`;
const unknown = { tool: 'bash', tool_result: 'outcome is unknown', is_error: true };

async function start(given: Stage, project: string): Promise<string> {
  const { stdout } = await given.tars(['start', 'Do it', '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

/** The process that holds the task. */
async function supervisorOf({ store }: Stage, id: string): Promise<number> {
  const worker = (await store.read(id))?.worker;
  if (!worker) throw new Error('nobody holds the task');
  return worker.supervisor.pid;
}

/** As if the lease had years to go: only one who knows the holder to be dead takes the task now. */
const leaseForYears = ({ redis }: Stage, id: string) => redis.hSet(keys.task(id), 'lease', String(Date.now() + 1e11));

const notices = async ({ store }: Stage, id: string) =>
  (await store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.notice] : []));

test('a worker started anew takes what its dead predecessor held, lease or not, and the owner is told once', async () => {
  stage = await openStage({
    conversations: [{ name: 'wait', turns: [{ calls: [bash(slow('a'), 'wait')] }, { expect: unknown, calls: [finish('Waited')] }] }],
  });
  const project = await stage.project('sums', {});
  const worker = stage.spawnTars(['worker']);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  process.kill(await supervisorOf(stage, id), 'SIGKILL');
  await worker.ended;
  await leaseForYears(stage, id);
  stage.spawnTars(['worker']);
  expect(await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 2, crashes: 1 });
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['a']);
  expect(await notices(stage, id)).toEqual(['worker_restarted']);
  expect(stage.claude.failures()).toEqual([]);
});

test('a worker that stood still beyond its lease kills nothing of its successor, and what it ran itself is dead before that acts', async () => {
  stage = await openStage({
    conversations: [
      {
        name: 'wait',
        turns: [
          { calls: [bash(slow('a'), 'wait')] },
          { expect: unknown, calls: [bash(slow('b'), 'wait again')] },
          { expect: { tool: 'bash', tool_result: 'let go' }, calls: [finish('Waited')] },
        ],
      },
    ],
  });
  const { redis } = stage;
  const project = await stage.project('sums', {});
  stage.spawnTars(['worker']);
  const id = await start(stage, project);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  const stopped = await supervisorOf(stage, id);
  const firstId = (await stage.store.read(id))?.worker?.id;
  process.kill(stopped, 'SIGSTOP');
  try {
    await stage.lapseLease(id);
    stage.spawnTars(['worker']);
    await stage.until('the second runs', async () => (await stage?.lines(join(project, 'ledger')))?.includes('b') ?? false);
    expect(processesWith('go-a')).toEqual([]);
  } finally {
    process.kill(stopped, 'SIGCONT');
  }
  await stage.until('the first knows that it is over', async () =>
    (await alive(redis, 'worker')).some((worker) => worker.id === firstId && worker.busy === 0),
  );
  expect(processesWith('go-b').length).toBeGreaterThan(0);
  await stage.project('sums', { 'go-b': '' });
  expect(await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 2, crashes: 1 });
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['a', 'b']);
  expect(stage.claude.failures()).toEqual([]);
});

const asked = 'echo ran >> ledger; rm old.txt; until [ -e go ]; do sleep 0.05; done; echo let go';

test('a code given while no worker lives runs the command once, when one does', async () => {
  stage = await openStage({
    conversations: [
      {
        name: 'clean up',
        turns: [{ calls: [bash(asked, 'tidy')] }, { expect: { tool: 'bash', tool_result: 'let go' }, calls: [finish('Tidied')] }],
      },
    ],
  });
  const project = await stage.project('sums', { 'old.txt': '', go: '' });
  const worker = stage.spawnTars(['worker']);
  const id = await start(stage, project);
  await stage.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  process.kill(await supervisorOf(stage, id), 'SIGKILL');
  await worker.ended;
  expect((await stage.tars(['confirm', id], { input: `${CODE}\n` })).code).toBe(0);
  expect(existsSync(join(project, 'ledger'))).toBe(false);
  stage.spawnTars(['worker']);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
  expect(stage.claude.failures()).toEqual([]);
});

test('a worker that dies between the yes and the run, and another that dies in the middle of it: the command runs once', async () => {
  stage = await openStage({
    conversations: [{ name: 'clean up', turns: [{ calls: [bash(asked, 'tidy')] }, { expect: unknown, calls: [finish('Looked at it')] }] }],
  });
  const project = await stage.project('sums', { 'old.txt': '' });
  const first = stage.spawnTars(['worker']);
  const id = await start(stage, project);
  const waiting = await stage.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  const [runner] = waiting.worker?.tree ?? [];
  if (runner === undefined) throw new Error('no runner');
  // It cannot store an intent while it stands.
  process.kill(runner.pid, 'SIGSTOP');
  expect((await stage.tars(['confirm', id], { input: `${CODE}\n` })).code).toBe(0);
  process.kill(await supervisorOf(stage, id), 'SIGKILL');
  await first.ended;
  expect((await stage.store.read(id))?.grant).not.toBeNull();

  const second = stage.spawnTars(['worker']);
  await stage.until('the command runs', () => existsSync(join(project, 'ledger')));
  process.kill(await supervisorOf(stage, id), 'SIGKILL');
  await second.ended;

  stage.spawnTars(['worker']);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
  const events = (await stage.store.events(id)).map(({ event }) => event);
  expect(events.filter(({ type }) => type === 'command.intended')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'confirmation.requested')).toHaveLength(1);
  expect(taskProcesses(id)).toEqual([]);
  expect(stage.claude.failures()).toEqual([]);
});
