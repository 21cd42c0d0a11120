// Claude away, in pieces, and back: the task waits, nothing half-received is done, and the owner hears of it once.
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

async function start(given: Stage, project: string): Promise<string> {
  const { stdout } = await given.tars(['start', 'Do it', '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

const notices = async ({ store }: Stage, id: string) =>
  (await store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.notice] : []));

test('replies that break off, in whatever way, are asked for again; what half arrived is never carried out', async () => {
  const faults: readonly TurnInput['fault'][] = [
    { kind: 'cut' },
    { kind: 'truncate' },
    { kind: 'no_message_stop' },
    { kind: 'error_event' },
    { kind: 'status', status: 529 },
    { kind: 'status', status: 429, retry_after: 0 },
  ];
  const turns = faults.map((fault, index): TurnInput => ({ calls: [bash(`echo ${index} >> ledger`, 'note it')], fault }));
  stage = await openStage({ conversations: [{ name: 'notes', turns: [...turns, { calls: [finish('Noted')] }] }] });
  const project = await stage.project('sums', {});
  stage.spawnTars(['worker']);
  const id = await start(stage, project);
  expect(await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({
    attempt: 1,
    turns: faults.length + 1,
  });
  expect(await stage.lines(join(project, 'ledger'))).toEqual(faults.map((_, index) => String(index)));
  // One failed try is nobody's business.
  expect(await notices(stage, id)).toEqual([]);
});

test('a long outage is told once and its end once, though the worker dies in the middle of it, and is no work time', async () => {
  stage = await openStage({
    conversations: [{ name: 'soon', turns: [{ calls: [bash('echo ran >> ledger', 'note it')] }, { calls: [finish('Noted')] }] }],
  });
  const project = await stage.project('sums', {});
  await stage.claude.control({ fault: { kind: 'status', status: 529, times: 'always' } });
  const first = stage.spawnTars(['worker']);
  const id = await start(stage, project);
  const { worker } = await stage.taskThat(id, 'tells of the outage', ({ outageTold }) => outageTold);
  process.kill(worker?.supervisor.pid ?? 0, 'SIGKILL');
  await first.ended;

  const asked = stage.claude.requests().length;
  stage.spawnTars(['worker']);
  await stage.until('the next worker has tried as often as is told of', () => (stage?.claude.requests().length ?? 0) >= asked + 4);
  await stage.claude.control({ fault: null });
  const task = await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(task).toMatchObject({ attempt: 2, crashes: 1, outageTold: false });
  expect(task.outageMs).toBeGreaterThan(1_000);
  expect(await notices(stage, id)).toEqual(['model_unavailable', 'worker_restarted', 'model_back']);
  expect(await stage.lines(join(project, 'ledger'))).toEqual(['ran']);
});
