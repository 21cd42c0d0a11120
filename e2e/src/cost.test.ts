// What a task may cost, and what all of them may: at either limit the work pauses, and its owner has the word.
import { afterEach, expect, test } from '@jest/globals';
import type { Task } from '@tars/core';
import { alive } from '@tars/core/redis';
import { taskProcesses } from './processes.js';
import { bash } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** A Claude that goes on and on, and always tries something else. */
const ENDLESS = { conversations: [{ name: 'endless', turns: [{ calls: [bash('echo {{turn}}', 'see')], repeat: 60 }] }] };

async function open(settings: Readonly<Record<string, string>>) {
  const opened = await openStage(ENDLESS, settings);
  stage = opened;
  const start = async (name: string): Promise<{ id: string; text: string }> => {
    const project = await opened.project(name, {});
    const { stdout } = await opened.tars(['start', `Do ${name}`, '--project', project, '--json']);
    return { id: JSON.parse(stdout).task_id, text: stdout };
  };
  return { ...opened, start };
}

const isPaused = ({ state }: Task): boolean => state === 'paused';

test('at its cap a task pauses and asks; it goes on for as much again, and ends when it is told to stop', async () => {
  const { tars, taskThat, start, store, up, n8n, until } = await open({ MAX_TASK_COST_USD: '0.0001' });
  await up();
  const { id } = await start('sums');
  const first = await taskThat(id, 'pauses', isPaused);
  expect(first).toMatchObject({ turns: 1, pauseReason: 'cost', question: { about: 'cost' }, worker: null });
  expect(taskProcesses(id)).toEqual([]);

  const answered = await tars(['answer', id, 'go on']);
  expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining(`Task ${id} goes on, sir. It may cost $`) });
  const second = await taskThat(id, 'pauses again', (task) => isPaused(task) && task.turns > first.turns);
  expect(second).toMatchObject({ attempt: 2, crashes: 0 });

  expect((await tars(['answer', id, 'stop'])).stdout).toContain('has ended at its cost limit');
  expect(await store.read(id)).toMatchObject({ state: 'failed', failure: { reason: 'max_cost' } });
  const told = () => n8n.deliveries().flatMap(({ body }) => [body as { type: string; reason?: string; message: string }]);
  await until('the ending is told', () => told().some(({ type, reason }) => type === 'error' && reason === 'max_cost'));
  expect(told()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'question', message: expect.stringContaining('1. go on\n2. stop') }),
      expect.objectContaining({ type: 'notice', reason: 'paused', pause_reason: 'cost' }),
    ]),
  );
});

test('what all tasks may cost on one day holds for all of them; a resume allows as much again', async () => {
  const opened = await open({ MAX_DAILY_COST_USD: '0.0001' });
  const { tars, taskThat, start, spawnTars, until, store } = opened;
  spawnTars(['worker']);
  const one = await start('one');
  const paused = await taskThat(one.id, 'pauses', isPaused);
  expect(paused).toMatchObject({ pauseReason: 'day_cost', question: null });
  await until('the worker says so', async () => (await alive(opened.redis, 'worker')).some(({ dayIsSpent }) => dayIsSpent === true));
  const second = await tars(['start', 'Do two', '--project', await opened.project('two', {})]);
  expect(second.stdout).toContain('what all tasks may cost today is spent');
  const two = (await store.open({ limit: 10 })).tasks.find(({ id }) => id !== one.id)?.id ?? '';
  expect(await taskThat(two, 'pauses before its first request', isPaused)).toMatchObject({ turns: 0, pauseReason: 'day_cost' });

  expect((await tars(['resume', one.id])).stdout).toContain('As much again may be spent today.');
  await until('one of them has gone on', async () => {
    const tasks = await Promise.all([one.id, two].map((id) => store.read(id)));
    return tasks.reduce((sum, task) => sum + (task?.turns ?? 0), 0) > paused.turns;
  });
});
