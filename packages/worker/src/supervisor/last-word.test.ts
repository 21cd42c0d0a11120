// What is written when a claim is over, where the owner changed their mind just then.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { sayLast } from './last-word.js';
import { createOwnerRecord, type OwnerRecord } from './owner-record.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';
import { createWorkClock } from './work-clock.js';

let shop: Workshop;
let record: OwnerRecord;
beforeEach(async () => {
  shop = await openWorkshop();
  await shop.queue('a7f3');
  const worker = { id: 'w', host: 'here', supervisor: { pid: 1, startTime: '' }, tree: [] };
  const claim: Event = { type: 'task.claimed', at: 1, attempt: 1, worker, afterCrash: false };
  const claimed = await shop.store.commit('a7f3', { as: { role: 'claim', nonce: 'mine' }, events: [claim] });
  if (claimed.kind !== 'committed') throw new Error('not claimed');
  const { store, logger } = shop;
  record = createOwnerRecord({ id: 'a7f3', nonce: 'mine', store, clock: createWorkClock(claimed.task), logger, onStandstill: () => {} });
});
afterEach(() => shop.close());

const wish = (...types: ('pause.requested' | 'task.resumed' | 'cancel.requested')[]) =>
  shop.store.commit('a7f3', { as: { role: 'outsider' }, events: types.map((type) => ({ type, at: 2, channel: 'cli' })) });
const paused = () => sayLast(record, { attempt: 1 }, { kind: 'paused', channel: 'cli' }, { stopped: 3, kept: 2 });

test('a pause leaves the task to nobody', async () => {
  await wish('pause.requested');
  expect(await paused()).toBe(false);
  expect(await shop.store.read('a7f3')).toMatchObject({ state: 'paused', worker: null });
});

test('a pause taken back in the meantime leaves the task to the next attempt, and counts no crash', async () => {
  await wish('pause.requested', 'task.resumed');
  expect(await paused()).toBe(false);
  expect(await shop.store.read('a7f3')).toMatchObject({ state: 'started', worker: null });
  expect((await shop.store.line('')).free).toEqual(['a7f3']);
});

test('a cancel that came in the meantime ends the task, with the number of what was stopped', async () => {
  await wish('pause.requested', 'cancel.requested');
  expect(await paused()).toBe(true);
  expect(await shop.store.read('a7f3')).toMatchObject({ state: 'cancelled' });
  expect((await shop.store.events('a7f3')).at(-1)?.event).toMatchObject({ type: 'task.cancelled', stopped: 3 });
});
