// One claim from fork to end, where its runner, Redis and the owner get in each other's way.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Event, Limits } from '@tars/core';
import { keys, type News } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { type HeldTask, type HeldTaskOptions, holdTask } from './held-task.js';
import { createSlots, type Slots } from './slots.js';
import { openWorkshop, UNCONFINED, type Workshop } from './testing/workshop.js';

jest.setTimeout(30_000);

let shop: Workshop | null = null;
let holding: HeldTask | null = null;
afterEach(async () => {
  holding?.drain();
  await holding?.over;
  await shop?.close();
  shop = null;
  holding = null;
});

/** Every hint is lost, and nobody looks by himself. */
const DEAF: Partial<HeldTaskOptions> = { news: { listen: () => () => {}, close: async () => {} } satisfies News, recheckMs: 60_000 };

type Held = { shop: Workshop; slots: Slots; holding: HeldTask; taskDir: string; logged: string[] };

/** `program`: what the runner does with each message, as JavaScript; it has `message` and `send`. */
async function hold(program: string, more: Partial<HeldTaskOptions> & { limits?: Partial<Limits> } = {}): Promise<Held> {
  const opened = await openWorkshop();
  shop = opened;
  const { limits = {}, ...options } = more;
  await opened.queue('a7f3', { limits });
  const worker = { id: 'w', host: 'here', supervisor: { pid: 1, startTime: '' }, tree: [] };
  const claim: Event = { type: 'task.claimed', at: 1, attempt: 1, worker, afterCrash: false };
  const claimed = await opened.store.commit('a7f3', { as: { role: 'claim', nonce: 'mine' }, events: [claim] });
  if (claimed.kind !== 'committed') throw new Error('not claimed');
  const slots = createSlots(1);
  const logged: string[] = [];
  const log = (msg: string) => logged.push(msg);
  slots.take();
  const taskDir = join(opened.stateDir, 'tasks', 'a7f3');
  await mkdir(join(taskDir, 'tmp'), { recursive: true });
  const { task, seq } = claimed;
  holding = holdTask({
    task,
    seq,
    nonce: 'mine',
    leasedAt: performance.now(),
    transcript: [],
    heard: null,
    store: opened.store,
    news: opened.news,
    slots,
    settings: { model: { apiKey: 'k', baseUrl: null, model: 'm' }, sandbox: 'off', ...UNCONFINED, hidden: [], taskDir },
    count: async () => {},
    publicKeyPem: () => null,
    logger: { ...opened.logger, warn: log, error: log },
    runnerProgram: await opened.program(program),
    ...options,
  });
  return { shop: opened, slots, holding, taskDir, logged };
}

/** Commits as soon as it begins; `gated`: once the test lets it. */
const commits = (event: object, { gated = false, after = '' } = {}) => `
if (message.type === 'begin') {
  const { existsSync } = await import('node:fs');
  while (${gated} && !existsSync(message.settings.taskDir + '/go')) await new Promise((resolve) => setTimeout(resolve, 5));
  send({ type: 'commit', request: 1, events: [${JSON.stringify(event)}], records: [] });
}
${after}`;
const letGo = ({ taskDir }: Held) => writeFile(join(taskDir, 'go'), '');
const failed = { type: 'task.failed', at: 1, reason: 'its own', message: 'm' };
const asks = (id: string, expiresAt: number) => ({
  type: 'confirmation.requested',
  at: 1,
  confirmation: {
    ...{ id, callId: 'call_1', command: 'rm a', cwd: '/', reason: 'delete files', rule: 'rm', agentSays: '', access: [] },
    ...{ actionHash: 'h', askedAt: Date.now(), expiresAt },
  },
});
const isFree = async ({ redis }: Workshop) => (await redis.hExists(keys.task('a7f3'), 'nonce')) === 0;

test('what a runner commits before it dies counts, even when Redis is away just then', async () => {
  const dies = "if (message.type === 'begin') setTimeout(() => process.exit(1), 20);";
  const held = await hold(commits(failed, { gated: true, after: dies }));
  await held.shop.server.kill();
  await letGo(held);
  await waitUntil(() => held.logged.includes('the runner died') && held.logged.includes('a commit waits for Redis'));
  await held.shop.server.restart();
  await held.holding.over;
  expect(await held.shop.store.read('a7f3')).toMatchObject({ state: 'failed', failure: { reason: 'its own' }, crashes: 0 });
  expect(held.slots.busy()).toBe(0);
});

test('a runner that goes because it was refused after a cancel has not crashed: the task is cancelled', async () => {
  const edit = { type: 'edit.intended', at: 1, callId: 'c', path: 'a', creates: true };
  const goes = "if (message.type === 'acknowledged') process.exit(message.outcome.kind === 'refused' ? 0 : 1);";
  const held = await hold(commits(edit, { gated: true, after: goes }), DEAF);
  const asked: Event = { type: 'cancel.requested', at: 2, channel: 'cli' };
  await held.shop.store.commit('a7f3', { as: { role: 'outsider' }, events: [asked] });
  await letGo(held);
  await held.holding.over;
  expect(await held.shop.store.read('a7f3')).toMatchObject({ state: 'cancelled', crashes: 0 });
});

test('a lost Redis ends the claim before its lease can have passed on: the runner is dead, and nothing is said', async () => {
  const { shop: opened, holding: held, slots } = await hold('', { selfFenceMs: 300 });
  await opened.server.kill();
  const since = performance.now();
  await held.over;
  // Sooner than the next heartbeat would find out.
  expect(performance.now() - since).toBeLessThan(4_000);
  await opened.server.restart();
  await waitUntil(async () => (await opened.store.read('a7f3')) !== null, { what: 'Redis' });
  expect((await opened.store.events('a7f3')).map(({ event }) => event.type)).toEqual(['task.queued', 'task.claimed']);
  expect(slots.busy()).toBe(0);
});

test('a commit in flight when the task is handed back leaves no wait, no place and no claim behind', async () => {
  const held = await hold(commits(asks('c1', Date.now() + 60_000), { gated: true }));
  await held.shop.server.kill();
  await letGo(held);
  await waitUntil(() => held.logged.includes('a commit waits for Redis'));
  held.holding.drain();
  await held.shop.server.restart();
  await held.holding.over;
  expect(await isFree(held.shop)).toBe(true);
  expect(held.slots.busy()).toBe(0);
  for (let waiting = 0; waiting < 4; waiting++) {
    held.slots.take();
    expect(held.slots.yieldToOthers()).toBe(true);
  }
});

test('a crash frees the place and the claim, and keeps the folder for the next attempt', async () => {
  const { shop: opened, holding: held, slots, taskDir } = await hold('process.exit(1);');
  await Promise.all([held.over, held.slotFreed]);
  expect(await opened.store.read('a7f3')).toMatchObject({ state: 'started', worker: { id: 'w' } });
  expect(await isFree(opened)).toBe(true);
  expect(slots.busy()).toBe(0);
  expect(existsSync(join(taskDir, 'tmp'))).toBe(true);
});

test('a task that asks for something says that its place is free, and is still held', async () => {
  const held = await hold(commits(asks('c1', Date.now() + 60_000)));
  await held.holding.slotFreed;
  expect(held.slots.free()).toBe(true);
  expect(await isFree(held.shop)).toBe(false);
});

test('silence fails the task, or with "deny" is told to the runner as an answer', async () => {
  const soon = Date.now() + 300;
  const first = await hold(commits(asks('c1', soon)));
  await first.holding.over;
  expect(await first.shop.store.read('a7f3')).toMatchObject({ state: 'failed', failure: { reason: 'confirmation_timeout' } });
  expect(existsSync(join(first.taskDir, 'tmp'))).toBe(false);
  await first.shop.close();

  const denies = `if (message.type === 'answered') send({ type: 'commit', request: 2, events: [{ ...${JSON.stringify(failed)}, reason: message.answer.outcome }], records: [] });`;
  const second = await hold(commits(asks('c1', Date.now() + 300), { after: denies }), { limits: { onSilence: 'deny' } });
  await second.holding.over;
  expect(await second.shop.store.read('a7f3')).toMatchObject({ state: 'failed', failure: { reason: 'expired' } });
});

test('the time limit ends even a runner that only spins', async () => {
  const { shop: opened, holding: held } = await hold('for (;;);', { limits: { workMs: 600 } });
  await held.over;
  const task = await opened.store.read('a7f3');
  expect(task).toMatchObject({ state: 'timeout' });
  expect(task?.workedMs).toBeLessThan(600 + 5_000);
});
