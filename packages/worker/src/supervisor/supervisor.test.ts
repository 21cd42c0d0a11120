// Several tasks, several supervisors, and what is left by those that died.
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { ConfirmationOutcome, EventType, Task, WorkerRef } from '@tars/core';
import { signGrant } from '@tars/core';
import { createBell, keys } from '@tars/core/redis';
import { type FakeClaude, startFakeClaude, type TurnInput, waitUntil } from '@tars/testkit';
import { processStartTime, taskProcesses } from '../shell/process-tree.js';
import { pidSpace } from './pid-space.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

jest.setTimeout(60_000);

let workshop: Workshop | null = null;
let claude: FakeClaude | null = null;
afterEach(async () => {
  await workshop?.close();
  await claude?.close();
  workshop = null;
  claude = null;
});

const bash = (command: string) => ({ name: 'bash', input: { command, reason: 'it must be' } });
const FINISH: TurnInput = { calls: [{ name: 'finish', input: { summary: 'Done' } }] };
/** Hears everything and does nothing. */
const IDLE = '';

async function open(conversations: { [goal: string]: TurnInput[] } = {}): Promise<Workshop> {
  const scripts = Object.entries(conversations).map(([name, turns]) => ({ name, match: `^Goal: ${name}$`, turns }));
  if (scripts.length > 0) claude = await startFakeClaude({ scenario: { conversations: scripts } });
  workshop = await openWorkshop(claude?.url);
  return workshop;
}

const events = async ({ store }: Workshop, id: string, type: EventType) =>
  (await store.events(id)).filter(({ event }) => event.type === type);
const isOver = ({ endedAt }: Task) => endedAt !== null;
const waits = ({ confirmation, question }: Task) => confirmation !== null || question !== null;

async function answer({ store }: Workshop, id: string, outcome: ConfirmationOutcome, signingKey?: string): Promise<void> {
  const request = (await store.read(id))?.confirmation;
  if (!request) throw new Error('Nothing is asked.');
  const { id: confirmationId, callId, actionHash, command } = request;
  const claims = { confirmationId, taskId: id, callId, actionHash, expiresAt: Date.now() + 60_000 };
  const grant = signingKey === undefined ? null : signGrant(claims, signingKey);
  const event = { type: 'confirmation.answered', at: Date.now(), confirmationId, outcome, command, grant, feedback: null } as const;
  await store.commit(id, { as: { role: 'outsider' }, events: [{ ...event, channel: 'cli' }] });
}

test('of two supervisors that reach for the same tasks each task is claimed by exactly one', async () => {
  const shop = await open();
  const ids = ['a2a2', 'c2c2', 'f2f2', 'h2h2', 'k2k2', 'r2r2'];
  for (const id of ids) await shop.queue(id);
  const runnerProgram = await shop.program(IDLE);
  const bell = createBell(shop.server.endpoint);
  await Promise.all([
    shop.supervisor({ runnerProgram }, { WORKER_CONCURRENCY: '6' }),
    shop.supervisor({ runnerProgram }, { WORKER_CONCURRENCY: '6' }),
    ...ids.map((taskId) => bell.ring('', { taskId, attempt: 0 })),
  ]);
  for (const id of ids) await shop.taskThat(id, 'is claimed', ({ attempt }) => attempt === 1);
  await bell.close();
  for (const id of ids) expect(await events(shop, id, 'task.claimed')).toHaveLength(1);
});

test('a second task in one project waits, is told behind whom, and starts when the first has ended', async () => {
  const shop = await open({ first: [{ calls: [bash('until [ -e go ]; do sleep 0.02; done')] }, FINISH], second: [FINISH] });
  const { project } = await shop.queue('a2a2', { goal: 'first' });
  await shop.supervisor();
  await shop.taskThat('a2a2', 'is claimed', ({ attempt }) => attempt === 1);
  await shop.queue('c2c2', { goal: 'second', project });
  await waitUntil(async () => (await events(shop, 'c2c2', 'notice.given')).length > 0, { timeoutMs: 10_000, what: 'the notice' });
  expect(await shop.store.read('c2c2')).toMatchObject({ state: 'queued', attempt: 0 });
  await writeFile(join(project, 'go'), '');
  const first = await shop.taskThat('a2a2', 'has finished', ({ state }) => state === 'finished');
  const second = await shop.taskThat('c2c2', 'has finished', ({ state }) => state === 'finished');
  expect(Number(second.startedAt)).toBeGreaterThanOrEqual(Number(first.endedAt));
});

test('tasks that wait for a human leave their place to others, and go on when answered', async () => {
  const rm = [{ calls: [bash('rm old.txt')] }, FINISH];
  const shop = await open({ first: rm, second: rm, third: [FINISH] });
  await shop.supervisor({}, { WORKER_CONCURRENCY: '1' });
  await shop.queue('a2a2', { goal: 'first' });
  await shop.taskThat('a2a2', 'waits', waits);
  await shop.queue('c2c2', { goal: 'second' });
  await shop.taskThat('c2c2', 'waits', waits);
  await shop.queue('f2f2', { goal: 'third' });
  await shop.taskThat('f2f2', 'has finished', ({ state }) => state === 'finished');
  for (const id of ['a2a2', 'c2c2']) expect(await shop.store.read(id)).toMatchObject({ state: 'started', attempt: 1 });
  for (const id of ['a2a2', 'c2c2']) {
    await answer(shop, id, 'denied');
    expect(await shop.taskThat(id, 'has ended', isOver)).toMatchObject({ state: 'finished', attempt: 1, crashes: 0 });
  }
});

test('a task whose runner dies is tried three times, then has failed as poison', async () => {
  const shop = await open();
  await shop.queue('a2a2');
  await shop.supervisor({ runnerProgram: await shop.program('process.exit(1)') });
  expect(await shop.taskThat('a2a2', 'has ended', isOver)).toMatchObject({ state: 'failed', failure: { reason: 'poison' } });
  expect(await events(shop, 'a2a2', 'task.claimed')).toHaveLength(3);
});

/** A task as the dead worker of another host, or of this one, left it. */
async function abandoned(
  shop: Workshop,
  id: string,
  more: Partial<Pick<WorkerRef, 'host' | 'pidSpace' | 'supervisor'>> & { crashes?: number; leased?: boolean } = {},
): Promise<void> {
  const { host = 'elsewhere', supervisor = { pid: 1, startTime: '0' }, pidSpace: space, crashes = 0, leased = false } = more;
  await shop.queue(id);
  const worker = { id: 'w0', host, pidSpace: space, supervisor, tree: [] };
  for (let attempt = 1; attempt <= crashes + 1; attempt++) {
    const claim = { type: 'task.claimed', at: 1, attempt, worker, afterCrash: attempt > 1 } as const;
    await shop.store.commit(id, { as: { role: 'claim', nonce: `n${attempt}` }, events: [claim] });
    if (!leased) await shop.lapseLease(id);
  }
}

test('what a holder that died on this machine has a lease on is taken at once, and the owner told once', async () => {
  const shop = await open();
  await abandoned(shop, 'a2a2', { host: 'here', pidSpace: await pidSpace(), leased: true });
  await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'here' });
  expect(await shop.taskThat('a2a2', 'is claimed', ({ attempt }) => attempt === 2)).toMatchObject({ crashes: 1 });
  const notices = await events(shop, 'a2a2', 'notice.given');
  expect(notices.map(({ event }) => event)).toMatchObject([{ notice: 'worker_restarted' }]);
});

test('a holder that lives, or whose death no number can prove here, keeps its lease', async () => {
  const shop = await open();
  const [space = '', startTime] = [await pidSpace(), await processStartTime(process.pid)];
  const alive = { pid: process.pid, startTime: startTime ?? '' };
  await abandoned(shop, 'a2a2', { host: 'here', pidSpace: space, supervisor: alive, leased: true });
  await abandoned(shop, 'c2c2', { host: 'here', pidSpace: `${space} of another container`, leased: true });
  await abandoned(shop, 'f2f2', { host: 'here', leased: true });
  await abandoned(shop, 'h2h2', { host: 'there', pidSpace: space, leased: true });
  // Every sweep takes this one last.
  await abandoned(shop, 'k2k2', { host: 'here', pidSpace: space, leased: true });
  const taking = { ON_HOST_LOSS: 'take', WORKER_CONCURRENCY: '6' };
  const supervisor = await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'here' }, taking);
  await shop.taskThat('k2k2', 'is claimed', ({ attempt }) => attempt === 2);
  // No claim is under way any more.
  await supervisor.drain();
  for (const id of ['a2a2', 'c2c2', 'f2f2', 'h2h2']) expect(await shop.store.read(id)).toMatchObject({ attempt: 1 });
});

test.each([
  ['fail', { state: 'failed', failure: { reason: 'host_lost' } }],
  ['take', { state: 'started', attempt: 2, crashes: 1 }],
])('a task whose host is lost: ON_HOST_LOSS=%s', async (setting, wanted) => {
  const shop = await open();
  await abandoned(shop, 'a2a2');
  await shop.supervisor({ runnerProgram: await shop.program(IDLE) }, { ON_HOST_LOSS: setting });
  const task = await shop.taskThat('a2a2', 'is no longer as it was left', ({ attempt, endedAt }) => attempt > 1 || endedAt !== null);
  expect(task).toMatchObject(wanted);
});

test('a task whose host is lost: ON_HOST_LOSS=wait leaves it alone, and takes others', async () => {
  const shop = await open();
  await abandoned(shop, 'a2a2');
  await shop.supervisor({ runnerProgram: await shop.program(IDLE) }, { ON_HOST_LOSS: 'wait' });
  await shop.queue('c2c2');
  await shop.taskThat('c2c2', 'is claimed', ({ attempt }) => attempt === 1);
  expect(await shop.store.read('a2a2')).toMatchObject({ state: 'started', attempt: 1 });
  // Its own host may have it.
  await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'elsewhere' });
  await shop.taskThat('a2a2', 'is claimed', ({ attempt }) => attempt === 2);
});

test('what a dead attempt left running is dead before the next one acts, and when the task is given up', async () => {
  const shop = await open();
  const orphanOf = async (id: string) => {
    const since = String((await shop.store.read(id))?.createdAt);
    spawn('sleep', ['600.75'], { env: { ...process.env, TARS_TASK_ID: id, TARS_TASK_SINCE: since }, detached: true, stdio: 'ignore' });
    await waitUntil(async () => (await taskProcesses(id, [])).length === 1, { what: 'the orphan' });
  };
  await abandoned(shop, 'a2a2', { host: 'here', crashes: 1 });
  await orphanOf('a2a2');
  const first = await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'here' });
  await waitUntil(async () => (await taskProcesses('a2a2', [])).length === 0, { what: 'the death of the orphan' });
  await shop.taskThat('a2a2', 'is claimed', ({ attempt }) => attempt === 3);
  await first.drain();

  await abandoned(shop, 'c2c2', { host: 'here', crashes: 2 });
  await orphanOf('c2c2');
  await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'here' });
  expect(await shop.taskThat('c2c2', 'has ended', isOver)).toMatchObject({ failure: { reason: 'poison' } });
  await waitUntil(async () => (await taskProcesses('c2c2', [])).length === 0, { what: 'the death of the orphan' });
});

test('a cancel that nobody lived to carry out is carried out by the next who claims', async () => {
  const shop = await open();
  await abandoned(shop, 'a2a2', { host: 'here' });
  await shop.store.commit('a2a2', { as: { role: 'outsider' }, events: [{ type: 'cancel.requested', at: 2, channel: 'cli' }] });
  await shop.supervisor({ runnerProgram: await shop.program(IDLE), host: 'here' });
  expect(await shop.taskThat('a2a2', 'has ended', isOver)).toMatchObject({ state: 'cancelled' });
});

test('a drain during a wait keeps the request; the next worker waits on, and a yes runs the command once', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const publicKeyPem = () => publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const shop = await open({ tidy: [{ calls: [bash('rm old.txt')] }, FINISH] });
  const { project } = await shop.queue('a2a2', { goal: 'tidy' });
  await writeFile(join(project, 'old.txt'), '');
  const first = await shop.supervisor({ publicKeyPem });
  const { confirmation } = await shop.taskThat('a2a2', 'waits', waits);
  await first.drain();
  expect(await shop.store.read('a2a2')).toMatchObject({ state: 'started', worker: null, crashes: 0, confirmation });

  await shop.supervisor({ publicKeyPem });
  await shop.taskThat('a2a2', 'is waited for again', ({ attempt, sandbox }) => attempt === 2 && sandbox !== null);
  await answer(shop, 'a2a2', 'approved', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  expect(await shop.taskThat('a2a2', 'has ended', isOver)).toMatchObject({ state: 'finished', crashes: 0 });
  expect(existsSync(join(project, 'old.txt'))).toBe(false);
  expect(await events(shop, 'a2a2', 'confirmation.requested')).toHaveLength(1);
});

test.each([
  ['a no', bash('rm old.txt'), { tool: 'bash', tool_result: 'The owner denied this' }],
  ['an answer', { name: 'ask_user', input: { question: 'Which port?' } }, { tool: 'ask_user', tool_result: 'answers: 8080' }],
])('%s that came while no worker lived is heard by the next, and nothing is asked twice', async (_, call, expected) => {
  const shop = await open({ tidy: [{ calls: [call] }, { ...FINISH, expect: expected }] });
  await shop.queue('a2a2', { goal: 'tidy' });
  const first = await shop.supervisor();
  const { question } = await shop.taskThat('a2a2', 'waits', waits);
  await first.drain();
  if (question === null) await answer(shop, 'a2a2', 'denied');
  else {
    const told = { type: 'question.answered', at: 1, questionId: question.id, text: '8080', channel: 'cli' } as const;
    await shop.store.commit('a2a2', { as: { role: 'outsider' }, events: [told] });
  }
  await shop.supervisor();
  expect(await shop.taskThat('a2a2', 'has ended', isOver)).toMatchObject({ state: 'finished', attempt: 2 });
  expect(claude?.failures()).toEqual([]);
});

test('a drain in the middle of a claim hands back what was being claimed', async () => {
  const shop = await open();
  const runnerProgram = await shop.program(IDLE);
  for (let round = 0; round < 5; round++) {
    const id = `a2a${round + 2}`;
    await shop.queue(id);
    const supervisor = await shop.supervisor({ runnerProgram });
    while (supervisor.busy() === 0) await new Promise(setImmediate);
    await supervisor.drain();
    const task = await shop.store.read(id);
    expect(task?.worker).toBeNull();
    expect(await shop.redis.hExists(keys.task(id), 'nonce')).toBe(0);
    await shop.store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'task.cancelled', at: 1, channel: 'cli', stopped: 0 }] });
  }
});

test('a supervisor for one task claims one, and says when it is over', async () => {
  const shop = await open({ one: [FINISH] });
  await shop.queue('a2a2', { goal: 'one' });
  await shop.queue('c2c2', { goal: 'one' });
  const supervisor = await shop.supervisor({ tasks: 1 });
  await supervisor.exhausted;
  const states = await Promise.all(['a2a2', 'c2c2'].map(async (id) => (await shop.store.read(id))?.state));
  expect(states.sort()).toEqual(['finished', 'queued']);
});
