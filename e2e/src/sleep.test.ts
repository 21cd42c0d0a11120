// A laptop whose lid is closed in the middle of a task: as if nothing had been.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { taskProcesses } from './processes.js';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Longer than anything but sleep takes. */
const ASLEEP_MS = 11_000;

test('a machine that slept beyond the lease goes on where it was: no crash, no new attempt, no work time', async () => {
  const turns = [
    { calls: [bash('touch begun; until [ -e go ]; do sleep 0.05; done; echo let go', 'wait')] },
    { calls: [finish('Waited')] },
  ];
  stage = await openStage({ conversations: [{ name: 'wait', turns }] });
  const project = await stage.project('sums', {});
  stage.spawnTars(['worker']);
  const { stdout } = await stage.tars(['start', 'Wait', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await stage.until('the command runs', () => existsSync(join(project, 'begun')));
  const { worker } = await stage.taskThat(id, 'has its tree', ({ worker: held }) => (held?.tree.length ?? 0) > 0);
  if (worker === null) throw new Error('nobody holds the task');
  const all = [...new Set([worker.supervisor.pid, ...worker.tree.map(({ pid }) => pid), ...taskProcesses(id)])];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  try {
    // The time itself is what this is about.
    await delay(ASLEEP_MS);
    await stage.lapseLease(id);
  } finally {
    for (const pid of all) process.kill(pid, 'SIGCONT');
  }
  await stage.project('sums', { go: '' });
  const task = await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(task).toMatchObject({ attempt: 1, crashes: 0 });
  expect(task.workedMs).toBeLessThan((task.endedAt ?? 0) - (task.startedAt ?? 0) - 10_000);
  const notices = (await stage.store.events(id)).filter(({ event }) => event.type === 'notice.given');
  expect(notices).toEqual([]);
});
