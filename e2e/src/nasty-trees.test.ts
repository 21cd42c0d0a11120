// A cancel against processes that do what they can to stay: none of them does.
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { processesWith, taskProcesses } from './processes.js';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Each marks itself by how long it sleeps, out of the way of every other test. */
const NASTY = `
setsid sleep 611.51 &
nohup sleep 611.52 >/dev/null 2>&1 &
(setsid bash -c 'sleep 611.53 & exec sleep 611.53' &)
bash -c 'trap "" TERM HUP INT; while :; do sleep 611.54; done' &
(env -i setsid sleep 611.55 >/dev/null 2>&1 &)
(env -i bash -c 'cd /; (setsid bash -c "trap : TERM; sleep 611.56; :" </dev/null >/dev/null 2>&1 &)' &)
echo kept > kept.txt
touch all-there
sleep 611.57
`;
const KINDS = ['611.51', '611.52', '611.53', '611.54', '611.55', '611.56', '611.57'];

test.each(['off', 'auto'])('SANDBOX=%s: nothing of it lives when the cancel is told, and it is said what stays', async (sandbox) => {
  stage = await openStage(
    { conversations: [{ name: 'nasty', turns: [{ calls: [bash('bash nasty.sh', 'run it')] }, { calls: [finish('Never')] }] }] },
    { SANDBOX: sandbox },
  );
  const project = await stage.project('nasty', { 'nasty.sh': NASTY });
  stage.spawnTars(['worker']);
  const { stdout } = await stage.tars(['start', 'Run it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await stage.until('all of them sleep', () => KINDS.every((kind) => processesWith(`sleep ${kind}`).length > 0));

  const cancelled = await stage.tars(['cancel', id]);
  const { cancelled: left } = await stage.taskThat(id, 'is cancelled', ({ state }) => state === 'cancelled');
  expect(KINDS.flatMap((kind) => processesWith(`sleep ${kind}`))).toEqual([]);
  expect(taskProcesses(id)).toEqual([]);
  expect(left?.stopped).toBeGreaterThanOrEqual(KINDS.length);
  expect(left?.kept).toBe(2);
  const told = `${left?.stopped} processes stopped; 2 changed files are kept, and \`tars undo ${id}\` takes back what the task did.`;
  // A busy machine may take longer than the caller waits; then it says so.
  expect([`Task ${id} cancelled, sir.\n${told}\n`, expect.stringContaining('is being cancelled')]).toContainEqual(cancelled.stdout);
  expect(await stage.lines(join(project, 'kept.txt'))).toEqual(['kept']);
});
