// A held task whose owner wants it to pause, or has one more word when it is about to end.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { keys } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { type HeldTask, holdTask } from './held-task.js';
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

type Held = { shop: Workshop; slots: Slots; holding: HeldTask; go(): Promise<void> };

/** `program`: what the runner does with each message, as JavaScript; `gate()` resolves once the test calls `go`. */
async function hold(program: string, wishedBefore: Event[] = []): Promise<Held> {
  const opened = await openWorkshop();
  shop = opened;
  await opened.queue('a7f3');
  const worker = { id: 'w', host: 'here', supervisor: { pid: 1, startTime: '' }, tree: [] };
  const claim: Event = { type: 'task.claimed', at: 1, attempt: 1, worker, afterCrash: false };
  const claimed = await opened.store.commit('a7f3', { as: { role: 'claim', nonce: 'mine' }, events: [claim, ...wishedBefore] });
  if (claimed.kind !== 'committed') throw new Error('not claimed');
  const slots = createSlots(1);
  slots.take();
  const taskDir = join(opened.stateDir, 'tasks', 'a7f3');
  await mkdir(taskDir, { recursive: true });
  const gate = `const { existsSync } = await import('node:fs');
  const gate = async () => { while (!existsSync('${join(taskDir, 'go')}')) await new Promise((resolve) => setTimeout(resolve, 5)); };`;
  holding = holdTask({
    task: claimed.task,
    seq: claimed.seq,
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
    logger: { ...opened.logger, warn: () => {}, error: () => {} },
    runnerProgram: await opened.program(`${gate}\n${program}`),
  });
  return { shop: opened, slots, holding, go: () => writeFile(join(taskDir, 'go'), '') };
}

const wish = ({ shop: { store } }: Held, event: Event) => store.commit('a7f3', { as: { role: 'outsider' }, events: [event] });
const pauseWish: Event = { type: 'pause.requested', at: 2, channel: 'cli' };
const read = ({ shop: { store } }: Held) => store.read('a7f3');
const types = async ({ shop: { store } }: Held) => (await store.events('a7f3')).map(({ event }) => event.type);
const on = (type: string, then: string) => `if (message.type === '${type}') { ${then} }`;
const commit = (request: number, event: object) =>
  `send({ type: 'commit', request: ${request}, events: [${JSON.stringify(event)}], records: [] });`;
const ended = { type: 'task.failed', at: 1, reason: 'went on', message: 'm' };
const asks = {
  type: 'confirmation.requested',
  at: 1,
  confirmation: {
    ...{ id: 'c1', callId: 'call_1', command: 'rm a', cwd: '/', reason: 'delete files', rule: 'rm', agentSays: '', access: [] },
    ...{ actionHash: 'h', askedAt: Date.now(), expiresAt: Date.now() + 600_000 },
  },
};

test('a pause is taken when the runner looks, not before; the claim, the place and the processes are gone then', async () => {
  const held = await hold(on('begin', `await gate(); send({ type: 'look', request: 1 });`));
  await wish(held, pauseWish);
  expect(await read(held)).toMatchObject({ state: 'started', pauseRequested: true });
  await held.go();
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'paused', worker: null, crashes: 0, pauseRequested: false });
  expect(await held.shop.redis.hExists(keys.task('a7f3'), 'nonce')).toBe(0);
  expect(await held.shop.redis.hExists(keys.projects, (await read(held))?.project ?? '')).toBe(0);
  expect(held.slots.busy()).toBe(0);
  expect(await types(held)).toEqual(['task.queued', 'task.claimed', 'pause.requested', 'task.paused', 'task.released']);
});

test('what was refused because of a pause is the pause taken, not a crash', async () => {
  const edit = { type: 'edit.intended', at: 1, callId: 'c', path: 'a', creates: true };
  const held = await hold(`${on('begin', `await gate(); ${commit(1, edit)}`)}\n${on('acknowledged', 'process.exit(1);')}`);
  await wish(held, pauseWish);
  await held.go();
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'paused', crashes: 0 });
});

test('a reply that waited for its first intent is kept where the intent is refused', async () => {
  const reply = { kind: 'reply', turn: 1, content: [{ type: 'tool_use', id: 'c' }], stopReason: 'tool_use' };
  const note = { type: 'notice.given', at: 1, notice: 'n', text: 'replied' };
  const edit = { type: 'edit.intended', at: 1, callId: 'c', path: 'a', creates: true };
  const message = { type: 'commit', request: 1, held: { events: [note], records: [reply] }, events: [edit], records: [] };
  const held = await hold(on('begin', `await gate(); send(${JSON.stringify(message)});`));
  await wish(held, pauseWish);
  await held.go();
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'paused' });
  expect(await held.shop.store.transcript('a7f3')).toEqual([reply]);
  expect(await types(held)).toContain('notice.given');
  expect(await types(held)).not.toContain('edit.intended');
});

test('while a human or the model is waited for the pause is taken at once, and what was asked stays open', async () => {
  const asking = await hold(on('begin', commit(1, asks)));
  await asking.holding.slotFreed;
  await wish(asking, pauseWish);
  await asking.holding.over;
  expect(await read(asking)).toMatchObject({ state: 'paused', confirmation: { id: 'c1' } });
  await asking.shop.close();

  const away = await hold(on('begin', `await gate(); send({ type: 'outage', stands: true });`));
  await wish(away, pauseWish);
  await away.go();
  await away.holding.over;
  expect(await read(away)).toMatchObject({ state: 'paused' });
});

test('a wish that was taken back pauses nothing', async () => {
  const held = await hold(`${on('begin', `await gate(); send({ type: 'look', request: 1 });`)}\n${on('acknowledged', commit(2, ended))}`);
  await wish(held, pauseWish);
  await wish(held, { type: 'task.resumed', at: 3, channel: 'cli' });
  await held.go();
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'failed', failure: { reason: 'went on' } });
});

test('a pause nobody lived to take is taken by the next holder before anything begins', async () => {
  const held = await hold(on('begin', commit(1, ended)), [pauseWish]);
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'paused' });
});

test('a cancel between the wish to pause and its taking wins', async () => {
  const held = await hold(on('begin', `await gate(); send({ type: 'look', request: 1 });`));
  await wish(held, pauseWish);
  await wish(held, { type: 'cancel.requested', at: 3, channel: 'cli' });
  await held.go();
  await held.holding.over;
  expect(await read(held)).toMatchObject({ state: 'cancelled' });
});

test('a word of the owner that came when all but the end was written gives the task to another attempt, and is no crash', async () => {
  const proof = { verdict: 'UNVERIFIED', checks: [], tests_changed: [], diff: { files: 0, insertions: 0, deletions: 0 }, sentence: 's' };
  const finished = { type: 'task.finished', at: 1, proof, summary: '', filesChanged: [], branch: null, suggestedCommitMessage: null };
  const held = await hold(`${on('begin', `await gate(); ${commit(1, finished)}`)}\n${on('acknowledged', 'process.exit(0);')}`);
  await wish(held, { type: 'message.told', at: 2, messageId: 'm', text: 'one more thing', channel: 'cli' });
  await held.go();
  await held.holding.over;
  await waitUntil(async () => (await held.shop.store.line('')).free.includes('a7f3'), { what: 'the task to be free' });
  expect(await read(held)).toMatchObject({ state: 'started', worker: null, messages: [{ text: 'one more thing' }] });
});
