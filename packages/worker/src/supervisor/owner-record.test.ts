// What the holder of a claim writes, over a Redis that comes and goes.
import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { waitUntil } from '@tars/testkit';
import { createOwnerRecord } from './owner-record.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';
import { createWorkClock } from './work-clock.js';

let shop: Workshop | null = null;
afterEach(async () => {
  await shop?.close();
  shop = null;
});

const NOTICE: Event = { type: 'notice.given', at: 1, notice: 'n', text: 'hello' };

async function held(selfFenceMs = 10_000, wallClock = Date.now) {
  const opened = await openWorkshop();
  shop = opened;
  await opened.queue('a7f3');
  const worker = { id: 'w', host: 'here', supervisor: { pid: 1, startTime: '' }, tree: [] };
  const claim: Event = { type: 'task.claimed', at: 1, attempt: 1, worker, afterCrash: false };
  await opened.store.commit('a7f3', { as: { role: 'claim', nonce: 'mine' }, events: [claim] });
  let worked = 1_000;
  const clock = createWorkClock({ workedMs: 0, outageMs: 0 }, () => worked);
  worked = 3_500;
  const warned: string[] = [];
  let standstills = 0;
  const onStandstill = () => {
    standstills++;
  };
  const logger = { ...opened.logger, warn: (msg: string) => warned.push(msg) };
  const record = createOwnerRecord({ id: 'a7f3', nonce: 'mine', store: opened.store, clock, logger, selfFenceMs, wallClock, onStandstill });
  return { shop: opened, record, warned, standstills: () => standstills };
}

test('work time is written with every event', async () => {
  const { shop: opened, record } = await held();
  await record.commit([NOTICE]);
  expect(await opened.store.read('a7f3')).toMatchObject({ workedMs: 2_500 });
});

test('work time is kept with every heartbeat too, so that a crash costs no more of it than lies between two', async () => {
  const { shop: opened, record } = await held();
  expect(await record.renew()).toBe(true);
  expect(await opened.store.read('a7f3')).toMatchObject({ workedMs: 2_500, outageMs: 0 });
});

test('a commit waits for a Redis that is away, and is written once when it is back', async () => {
  const { shop: opened, record, warned } = await held();
  await opened.server.kill();
  const commit = record.commit([NOTICE]);
  await waitUntil(() => warned.length > 0, { what: 'a failed try' });
  await opened.server.restart();
  expect((await commit).kind).toBe('committed');
  expect((await opened.store.events('a7f3')).filter(({ event }) => event.type === 'notice.given')).toHaveLength(1);
});

test('a change whose answer is lost is not made twice', async () => {
  const opened = await held();
  const lossy = {
    ...opened.shop.store,
    async commit(...change: Parameters<typeof opened.shop.store.commit>) {
      const committed = await opened.shop.store.commit(...change);
      if (isFirst) {
        isFirst = false;
        throw new Error('the connection went before the answer came');
      }
      return committed;
    },
  };
  let isFirst = true;
  const clock = createWorkClock({ workedMs: 0, outageMs: 0 });
  const { logger } = opened.shop;
  const record = createOwnerRecord({ id: 'a7f3', nonce: 'mine', store: lossy, clock, logger, onStandstill: () => {} });
  expect((await record.commit([NOTICE])).kind).toBe('committed');
  expect((await opened.shop.store.events('a7f3')).filter(({ event }) => event.type === 'notice.given')).toHaveLength(1);
});

test.each([
  ['is gone', (_: number, { server }: Workshop) => server.kill(), (_: number, { server }: Workshop) => server.restart()],
  ['accepts and never answers', (pid: number) => process.kill(pid, 'SIGSTOP'), (pid: number) => process.kill(pid, 'SIGCONT')],
])('while Redis %s the claim is given up before its lease can have passed on', async (_, lose, comeBack) => {
  const { shop: opened, record } = await held(400);
  const pid = await pidOf(opened);
  try {
    await lose(pid, opened);
    const since = performance.now();
    const commit = record.commit([NOTICE]);
    expect(record.mayBeLost()).toBe(false);
    expect((await commit).kind).toBe('fenced');
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(record.mayBeLost()).toBe(true);
  } finally {
    await comeBack(pid, opened);
  }
});

test('a machine that slept beyond its lease asks whether the claim is still its own, and goes on when it is', async () => {
  let slept = 0;
  const { shop: opened, record, standstills } = await held(300, () => Date.now() + slept);
  const until = performance.now() + 300;
  await waitUntil(() => performance.now() > until, { what: 'the end of what the lease is worth' });
  await opened.lapseLease('a7f3');
  slept = 60_000;
  expect((await record.commit([NOTICE])).kind).toBe('committed');
  expect(standstills()).toBe(1);
  expect(record.mayBeLost()).toBe(false);
});

test('a machine that slept is as silent as any other when the claim was taken meanwhile', async () => {
  let slept = 0;
  const { shop: opened, record } = await held(10_000, () => Date.now() + slept);
  await taken(opened);
  slept = 60_000;
  expect((await record.commit([NOTICE])).kind).toBe('fenced');
  expect(await record.renew()).toBe(false);
});

test('a claim that somebody else has taken is fenced and not renewed', async () => {
  const { shop: opened, record } = await held();
  expect(await record.renew()).toBe(true);
  await taken(opened);
  expect(await record.renew()).toBe(false);
  expect((await record.commit([NOTICE])).kind).toBe('fenced');
});

async function taken(opened: Workshop): Promise<void> {
  await opened.lapseLease('a7f3');
  const worker = { id: 'other', host: 'there', supervisor: { pid: 2, startTime: '' }, tree: [] };
  const claim: Event = { type: 'task.claimed', at: 2, attempt: 2, worker, afterCrash: true };
  await opened.store.commit('a7f3', { as: { role: 'claim', nonce: 'theirs' }, events: [claim] });
}

async function pidOf({ redis }: Workshop): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
}
