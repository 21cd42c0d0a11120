// Every way a task can end, and that each is told as what it was.
import { rmdir } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import { taskProcesses } from './processes.js';
import { bash, deleteBackup, finish, NODE_PROJECT } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

async function run(turns: TurnInput[], files: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>> = {}) {
  const opened = await openStage({ conversations: [{ name: 'only', turns }] }, settings);
  stage = opened;
  const project = await opened.project('sums', files);
  opened.spawnTars(['worker']);
  const { stdout } = await opened.tars(['start', 'Do it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  const settled = () => opened.taskThat(id, 'has ended', ({ endedAt }) => endedAt !== null);
  return { stage: opened, id, project, settled };
}

test('a claim the tests refute goes back to the model with their output, and the third one fails the task', async () => {
  const { stage: opened, settled } = await run(
    [
      { calls: [finish('Done, I think')] },
      { expect: { tool: 'finish', tool_result: 'Expected values to be strictly equal', is_error: true }, text: 'Surely done now.' },
      { expect: { user_text: 'Not done' }, calls: [finish('Really done')] },
    ],
    NODE_PROJECT,
  );
  expect(await settled()).toMatchObject({ state: 'failed', phase: 'error', failure: { reason: 'refuted' }, proof: { verdict: 'REFUTED' } });
  expect(opened.claude.failures()).toEqual([]);
});

test('a task without anything to check is finished, and said to be unverified', async () => {
  const { settled } = await run(
    [{ calls: [{ name: 'write_file', input: { path: 'notes.md', content: 'hello\n' } }] }, { calls: [finish('Write notes')] }],
    {},
  );
  expect(await settled()).toMatchObject({
    state: 'finished',
    proof: { verdict: 'UNVERIFIED', sentence: 'Done, but nothing could be verified.' },
    filesChanged: ['notes.md'],
  });
});

test('the turn limit and the time limit each end the task as what they are', async () => {
  const endless: TurnInput[] = [{ calls: [bash('echo again', 'again')], repeat: 60 }];
  const turns = await run(endless, {}, { MAX_ITERATIONS: '3' });
  expect(await turns.settled()).toMatchObject({ state: 'failed', turns: 3, failure: { reason: 'max_turns' } });
  await turns.stage.close();

  const time = await run([{ calls: [bash('sleep 600.75', 'wait')] }], {}, { MAX_TASK_RUNTIME_MINUTES: '0.05' });
  const timedOut = await time.settled();
  expect(timedOut).toMatchObject({ state: 'timeout', phase: 'timeout' });
  expect(timedOut.workedMs).toBeLessThan(3_000 + 5_000);
  expect(taskProcesses(time.id)).toEqual([]);
});

test('a key Claude refuses fails the task with the way out; a broken reply is only asked for again', async () => {
  const refused = await run([{ calls: [finish('x')], fault: { kind: 'status', status: 401 } }], {});
  expect((await refused.settled()).failure).toMatchObject({ reason: 'bad_api_key', message: expect.stringContaining('ANTHROPIC_API_KEY') });
  await refused.stage.close();

  const cut = await run(
    [
      { calls: [bash('echo once >> ledger', 'write once')], fault: { kind: 'cut', times: 1 } },
      {
        expect: { tool: 'bash', tool_result: 'exit code 0' },
        calls: [bash('cat ledger', 'look')],
        fault: { kind: 'status', status: 529, times: 2 },
      },
      { expect: { tool: 'bash', tool_result: '^once$' }, calls: [finish('Once')] },
    ],
    {},
  );
  expect(await cut.settled()).toMatchObject({ state: 'finished', turns: 3 });
  expect(cut.stage.claude.failures()).toEqual([]);
});

test('a denied command is not run, the agent hears why and goes on', async () => {
  const [wish] = deleteBackup;
  if (wish === undefined) throw new Error('no wish');
  const {
    stage: opened,
    id,
    settled,
  } = await run(
    [wish, { expect: { tool: 'bash', tool_result: 'because it is still needed', is_error: true }, calls: [finish('Left it')] }],
    { 'old_backup.js': '' },
  );
  await opened.taskThat(id, 'waits', ({ confirmation }) => confirmation !== null);
  const denied = await opened.tars(['deny', id, '--because', 'because it is still needed']);
  expect(denied.code).toBe(0);
  expect(await settled()).toMatchObject({ state: 'finished' });
  expect((await opened.store.events(id)).some(({ event }) => event.type === 'command.intended')).toBe(false);
  expect(opened.claude.failures()).toEqual([]);
});

test('nobody answering a question is an answer: the agent goes on with its own assumption', async () => {
  const { stage: opened, settled } = await run(
    [
      { calls: [{ name: 'ask_user', input: { question: 'Blue or green?', options: ['blue', 'green'] } }] },
      { expect: { tool: 'ask_user', tool_result: 'No answer came in time' }, calls: [finish('Blue, as assumed')] },
    ],
    {},
    { QUESTION_TIMEOUT_MINUTES: '0.02' },
  );
  expect(await settled()).toMatchObject({ state: 'finished' });
  expect(opened.claude.failures()).toEqual([]);
});

test('a worker told to stop hands its task back, and the next one goes on without a crash being counted', async () => {
  const { stage: opened, id } = await run(
    [
      { calls: [bash('until [ -e go ]; do sleep 0.05; done', 'wait')] },
      { expect: { tool: 'bash', tool_result: 'outcome is unknown' }, calls: [finish('Went on')] },
    ],
    {},
  );
  await opened.taskThat(id, 'runs its command', ({ progress }) => progress.startsWith('⚙️'));
  const stopped = await opened.stopAll();
  expect(stopped.map(({ code }) => code)).toEqual([0]);
  expect(await opened.store.read(id)).toMatchObject({ state: 'started', worker: null });
  expect(taskProcesses(id)).toEqual([]);
  opened.spawnTars(['worker']);
  expect(await opened.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 2, crashes: 0 });
});

test('a project that is gone when its turn comes fails the task at once, and says what to do', async () => {
  stage = await openStage({ conversations: [{ name: 'never', turns: [{ calls: [finish('x')] }] }] });
  const project = await stage.project('sums', {});
  const { stdout } = await stage.tars(['start', 'Do it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await rmdir(project);
  stage.spawnTars(['worker']);
  const task = await stage.taskThat(id, 'has failed', ({ state }) => state === 'failed');
  expect(task).toMatchObject({ attempt: 1, crashes: 0, failure: { reason: 'project_missing' } });
});
