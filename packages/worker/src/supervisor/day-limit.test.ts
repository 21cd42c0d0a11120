import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { createDayLimit } from './day-limit.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const MIDNIGHT = Date.parse('2026-03-02T00:00:00.000Z');
const limitOf = (limitMicros: number | null, now = NOON) => createDayLimit({ store: shop.store, pool: '', limitMicros, clock: () => now });

const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
/** A task that paused after a reply that cost this much. */
async function paused(id: string, costMicros: number, reason: 'day_cost' | 'cost' | null): Promise<void> {
  await shop.queue(id);
  const self = { pid: process.pid, startTime: '' };
  const claimed: Event = {
    type: 'task.claimed',
    at: NOON,
    attempt: 1,
    worker: { id: 'w', host: 'h', supervisor: self, tree: [] },
    afterCrash: false,
  };
  await shop.store.commit(id, { as: { role: 'claim', nonce: id }, events: [claimed] });
  const why = reason === null ? {} : { reason };
  await shop.store.commit(id, {
    as: { role: 'owner', nonce: id },
    events: [
      { type: 'turn.replied', at: NOON, turn: 1, model: 'm', usage, costMicros, says: '' },
      { type: 'pause.requested', at: NOON, channel: 'worker', ...why },
      { type: 'task.paused', at: NOON, channel: 'worker', attempt: 1, ...why },
    ],
    release: true,
  });
}
const stateOf = async (id: string) => (await shop.store.read(id))?.state;

test('what tasks paused for the day go on when a new day begins, and no other that is paused', async () => {
  await paused('a7f3', 9, 'day_cost');
  await paused('c2c2', 2, 'cost');
  await paused('k3k3', 0, null);
  const today = limitOf(11);
  expect(await today.spending()).toEqual({ spentMicros: 11, limitMicros: 11 });
  await today.wake();
  expect(await stateOf('a7f3')).toBe('paused');
  expect(await limitOf(11, MIDNIGHT - 1).isReached()).toBe(true);
  const tomorrow = limitOf(11, MIDNIGHT);
  expect(await tomorrow.isReached()).toBe(false);
  await tomorrow.wake();
  expect(await Promise.all(['a7f3', 'c2c2', 'k3k3'].map(stateOf))).toEqual(['queued', 'paused', 'paused']);
});

test('the word to go on allows as much again from there, said once or twice; without a limit everything goes on', async () => {
  await paused('a7f3', 25, 'day_cost');
  expect(await limitOf(10).spending()).toEqual({ spentMicros: 25, limitMicros: 10 });
  for (const _ of [1, 2]) {
    await shop.store.letPass('2026-03-01');
    expect(await limitOf(10).spending()).toEqual({ spentMicros: 25, limitMicros: 35 });
  }
  expect(await limitOf(10).isReached()).toBe(false);
  expect(await limitOf(null).spending()).toBeNull();
  await limitOf(null).wake();
  expect(await stateOf('a7f3')).toBe('queued');
});
