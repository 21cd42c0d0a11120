// What the owner hears when a task has to wait its turn.
import { afterEach, expect, test } from '@jest/globals';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('a task that must wait says behind whom, once, and runs when its turn comes', async () => {
  const turns = [{ calls: [bash('until [ -e go ]; do sleep 0.05; done', 'wait')] }, { calls: [finish('Went on')] }];
  const opened = await openStage({ turns }, { WORKER_CONCURRENCY: '2' });
  stage = opened;
  const start = async (project: string): Promise<string> =>
    JSON.parse((await opened.tars(['start', 'Do it', '--project', project, '--json'])).stdout).task_id;
  const [ours, theirs] = [await opened.project('ours', {}), await opened.project('theirs', {})];
  opened.spawnTars(['worker']);
  const notices = async (id: string) =>
    (await opened.store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.text] : []));

  const first = await start(ours);
  await opened.taskThat(first, 'runs', ({ state }) => state === 'started');
  const second = await start(ours);
  await opened.taskThat(second, 'waits', ({ progress }) => progress.includes('queued behind'));
  expect(await notices(second)).toEqual([`Task #${second} is queued behind #${first}, which works in the same project.`]);

  const third = await start(theirs);
  await opened.taskThat(third, 'runs', ({ state }) => state === 'started');
  const fourth = await start(await opened.project('others', { go: '' }));
  await opened.taskThat(fourth, 'waits', ({ progress }) => progress.includes('every worker is busy'));

  await opened.project('ours', { go: '' });
  await opened.taskThat(second, 'has ended', ({ state }) => state === 'finished');
  await opened.taskThat(fourth, 'has ended', ({ state }) => state === 'finished');
  expect([await notices(first), await notices(second), await notices(fourth)].map(({ length }) => length)).toEqual([0, 1, 1]);
});
