// Everything of a task is found and ended; nothing else is touched.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { listProcesses } from './process-list.js';
import { stampCommand, stampOf } from './process-stamp.js';
import { hasEnded, killAttempts, killTree, parentsFirst, processStartTime, taskProcesses } from './process-tree.js';

/** When the tasks of these tests were accepted. */
const SINCE = 1;

let tasks = 0;
const everything = (taskId: string, ...roots: { pid: number }[]) => ({ taskId, since: SINCE, upTo: 9, roots });
const newId = (): string => `p${process.pid}x${++tasks}`;

/** A bash with the task's mark, once it has said that it is ready. */
async function started(script: string, environment: Record<string, string>): Promise<ChildProcess & { pid: number }> {
  const child = spawn('bash', ['-c', script], {
    env: { PATH: process.env.PATH ?? '', TARS_TASK_SINCE: String(SINCE), ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw new Error('bash did not start');
  await once(stdout, 'data');
  return Object.assign(child, { pid });
}

test('marked children are found and killed, whatever they did to get away', async () => {
  const id = newId();
  const root = await started(
    'setsid sleep 611 & (nohup sleep 612 >/dev/null 2>&1 &); (setsid bash -c "sleep 613 & exec sleep 614" &); sleep 0.1; echo ready; sleep 615',
    {
      TARS_TASK_ID: id,
    },
  );
  const found = await taskProcesses(id, []);
  expect(
    found
      .map(({ command }) => command)
      .filter((command) => command.startsWith('sleep 61'))
      .sort(),
  ).toEqual(['sleep 611', 'sleep 612', 'sleep 613', 'sleep 614', 'sleep 615']);
  const { killed, survivors } = await killTree(everything(id, root), { graceMs: 0 });
  expect({ killed: killed >= found.length, survivors }).toEqual({ killed: true, survivors: [] });
  expect(await taskProcesses(id, [root.pid])).toEqual([]);
  expect(found.filter(({ pid }) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
});

test('unmarked children are found by descent', async () => {
  const id = newId();
  const root = await started('env -i sleep 621 & echo ready; wait', {});
  // Between fork and exec it still goes by its parent's name.
  const commands = async () => (await taskProcesses(id, [root.pid])).map(({ command }) => command);
  await waitUntil(async () => (await commands()).includes('sleep 621'), { what: 'the child' });
  expect(await killTree(everything(id, root), { graceMs: 0 })).toMatchObject({ survivors: [] });
  expect(await taskProcesses(id, [root.pid])).toEqual([]);
});

test('a process that obeys SIGTERM may finish what it does; one that does not is killed', async () => {
  const id = newId();
  const polite = await started("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done", { TARS_TASK_ID: id });
  const stubborn = await started("trap '' TERM; echo ready; while :; do sleep 0.01; done", { TARS_TASK_ID: id });
  const [[code], [, signal]] = await Promise.all([
    once(polite, 'exit'),
    once(stubborn, 'exit'),
    killTree(everything(id), { graceMs: 400 }),
  ]);
  expect({ code, signal }).toEqual({ code: 7, signal: 'SIGKILL' });
});

test('an unmarked child whose parent went first is not forgotten', async () => {
  const id = newId();
  const root = await started(`env -i bash -c "trap '' TERM; echo ready; sleep 661; :" & wait`, { TARS_TASK_ID: id });
  const found = await waitUntil(async () => {
    const seen = await taskProcesses(id, []);
    return seen.some(({ command }) => command === 'sleep 661') ? seen : null;
  });
  expect((await killTree(everything(id, root), { graceMs: 100 })).survivors).toEqual([]);
  expect(found.filter(({ pid }) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
});

test('a family that keeps forking is killed too', async () => {
  const id = newId();
  const root = await started('grow() { while :; do (sleep 0.05; (sleep 631 &)) & sleep 0.01; done; }; grow & grow & echo ready; wait', {
    TARS_TASK_ID: id,
  });
  expect((await killTree(everything(id, root), { graceMs: 0 })).survivors).toEqual([]);
  expect(await taskProcesses(id, [root.pid])).toEqual([]);
});

test('neither this process nor a stranger is ever a member', async () => {
  const id = newId();
  const stranger = await started('echo ready; sleep 641', { TARS_TASK_ID: `${id}0` });
  await killTree({ taskId: id, since: SINCE, upTo: 9, roots: [{ pid: process.pid }] }, { graceMs: 0 });
  expect((await taskProcesses(`${id}0`, [])).map(({ pid }) => pid)).toContain(stranger.pid);
  await killTree(everything(`${id}0`), { graceMs: 0 });
  expect(await taskProcesses(`${id}0`, [])).toEqual([]);
});

test('a start time names a process for as long as it lives', async () => {
  const id = newId();
  const child = await started('echo ready; sleep 651', { TARS_TASK_ID: id });
  const time = await processStartTime(child.pid);
  expect(time).not.toBeNull();
  expect(await processStartTime(child.pid)).toBe(time);
  const gone = once(child, 'exit');
  await killTree(everything(id), { graceMs: 0 });
  await gone;
  expect(await processStartTime(child.pid)).toBeNull();
});

test('an environment wiped clean, a session of its own and a parent long gone hide nobody who carries the stamp', async () => {
  const id = newId();
  const script = `${stampCommand(stampOf({ taskId: id, since: SINCE }, 1))}; (env -i setsid sleep 671 >/dev/null &); (env -i setsid bash -c 'trap "" TERM; cd /; sleep 672; :' >/dev/null 2>&1 &); sleep 0.1; echo ready`;
  const root = await started(script, {});
  await once(root, 'exit');
  const found = await taskProcesses(id, [], SINCE);
  expect(found.map(({ command }) => command)).toEqual(expect.arrayContaining(['sleep 671', 'sleep 672']));
  expect((await killTree(everything(id), { graceMs: 50 })).survivors).toEqual([]);
  expect(found.filter(({ pid }) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
});

test('what a later attempt started is not touched, by mark or by stamp; what earlier ones did is', async () => {
  const id = newId();
  const of = (attempt: number, script = ':') =>
    started(`${script}; echo ready; sleep 681`, { TARS_TASK_ID: id, TARS_ATTEMPT: String(attempt) });
  const stamped = `${stampCommand(stampOf({ taskId: id, since: SINCE }, 3))}; (env -i sleep 682 &)`;
  const [first, second, third] = [await of(1), await of(2), await of(3, stamped)];
  await killTree({ taskId: id, since: SINCE, upTo: 2, roots: [] }, { graceMs: 0 });
  for (const { pid } of [first, second]) expect(await processStartTime(pid)).toBeNull();
  expect(await processStartTime(third.pid)).not.toBeNull();
  expect((await taskProcesses(id, [], SINCE)).map(({ command }) => command)).toEqual(expect.arrayContaining(['sleep 681', 'sleep 682']));
  await killTree(everything(id), { graceMs: 0 });
});

test('a runner is ended with its attempt, but never by its own shell', async () => {
  const id = newId();
  const runner = await started('echo ready; sleep 691', { TARS_RUNNER_OF: id, TARS_ATTEMPT: '1' });
  await killTree(everything(id), { graceMs: 0 });
  expect(await processStartTime(runner.pid)).not.toBeNull();
  await killAttempts({ taskId: id, since: SINCE, upTo: 0, roots: [] }, { graceMs: 0 });
  expect(await processStartTime(runner.pid)).not.toBeNull();
  await killAttempts(everything(id), { graceMs: 0 });
  expect(await processStartTime(runner.pid)).toBeNull();
});

test('a runner that was started before it had a task is known by the name it took', async () => {
  const id = newId();
  const named = (attempt: number, since = SINCE) => started(`echo ready; exec -a 'tars-runner ${id} ${since} ${attempt}' sleep 697`, {});
  const [first, later, other] = [await named(1), await named(2), await named(1, SINCE + 1)];
  await waitUntil(async () => (await listProcesses()).filter(({ command }) => command.startsWith(`tars-runner ${id}`)).length === 3, {
    what: 'their names',
  });
  await killAttempts({ taskId: id, since: SINCE, upTo: 1, roots: [] }, { graceMs: 0 });
  expect(await processStartTime(first.pid)).toBeNull();
  for (const { pid } of [later, other]) expect(await processStartTime(pid)).not.toBeNull();
  await killAttempts(everything(id), { graceMs: 0 });
  await killAttempts({ ...everything(id), since: SINCE + 1 }, { graceMs: 0 });
});

test('a root whose number belongs to another by now is no root', async () => {
  const id = newId();
  const stranger = await started('echo ready; sleep 695', {});
  await killTree({ taskId: id, since: SINCE, upTo: 9, roots: [{ pid: stranger.pid, startTime: '1' }] }, { graceMs: 0 });
  const startTime = (await processStartTime(stranger.pid)) ?? '';
  expect(await hasEnded({ pid: stranger.pid, startTime })).toBe(false);
  expect(await hasEnded({ pid: stranger.pid, startTime: '1' })).toBe(true);
  const gone = once(stranger, 'exit');
  await killTree({ taskId: id, since: SINCE, upTo: 9, roots: [{ pid: stranger.pid, startTime }] }, { graceMs: 0 });
  await gone;
  expect(await hasEnded({ pid: stranger.pid, startTime })).toBe(true);
});

test('a task of the same id in another installation is another family', async () => {
  const id = newId();
  const other = { TARS_TASK_SINCE: String(SINCE + 1) };
  const theirs = await Promise.all([
    started('echo ready; sleep 611.5', { TARS_TASK_ID: id, TARS_ATTEMPT: '1', ...other }),
    started('echo ready; sleep 612.5', { TARS_RUNNER_OF: id, TARS_ATTEMPT: '1', ...other }),
    started(`${stampCommand(stampOf({ taskId: id, since: SINCE + 1 }, 1))}; echo ready; exec env -i sleep 613.5`, {}),
  ]);
  await killAttempts(everything(id), { graceMs: 0 });
  for (const { pid } of theirs) expect(await processStartTime(pid)).not.toBeNull();
  await killAttempts({ ...everything(id), since: SINCE + 1 }, { graceMs: 0 });
  for (const { pid } of theirs) expect(await processStartTime(pid)).toBeNull();
});

test('whoever would hear of the end of another goes first, also where the numbers of processes have begun anew', () => {
  const processes = [
    { pid: 300, parent: 32_700 },
    { pid: 301, parent: 300 },
    { pid: 32_690, parent: 1 },
    { pid: 32_700, parent: 32_690 },
    // Two that name each other are no reason to go on for ever.
    { pid: 400, parent: 401 },
    { pid: 401, parent: 400 },
  ];
  const order = parentsFirst(processes).map(({ pid }) => pid);
  expect(order.filter((pid) => ![400, 401].includes(pid))).toEqual([32_690, 32_700, 300, 301]);
  expect(order).toHaveLength(processes.length);
});
