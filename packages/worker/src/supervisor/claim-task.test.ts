import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WorkerRef } from '@tars/core';
import { createClaimTask } from './claim-task.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

const worker = (id: string): Omit<WorkerRef, 'tree'> => ({ id, host: 'desk', supervisor: { pid: process.pid, startTime: '1' } });
const notices = { behind: async () => {}, full: async () => {} };
const claimAs = (id: string) =>
  createClaimTask({ worker: worker(id), onHostLoss: 'wait', store: shop.store, notices, logger: shop.logger });
const told = async () => (await shop.store.events('a7f3')).flatMap(({ event }) => (event.type === 'notice.given' ? [event.notice] : []));

test('a claim that ran out while its worker lived is taken up again by the same worker, as often as it must be: nothing has died', async () => {
  await shop.queue('a7f3');
  const claim = claimAs('w1');
  for (let attempt = 1; attempt <= 5; attempt++) {
    expect((await claim('a7f3'))?.task).toMatchObject({ attempt, crashes: 0, state: 'started' });
    await shop.lapseLease('a7f3');
  }
  expect(await told()).toEqual(Array.from({ length: 4 }, () => 'worker_cut_off'));
});

test('taken up by another worker it counts as a death: who held it may have died of it', async () => {
  await shop.queue('a7f3');
  await claimAs('w1')('a7f3');
  await shop.lapseLease('a7f3');
  expect((await claimAs('w2')('a7f3'))?.task).toMatchObject({ attempt: 2, crashes: 1 });
  expect(await told()).toEqual(['worker_restarted']);
});

test('a claim that was given back because its runner died counts as a death, by the same worker too', async () => {
  await shop.queue('a7f3');
  const claim = claimAs('w1');
  const first = await claim('a7f3');
  await shop.store.commit('a7f3', { as: { role: 'owner', nonce: first?.nonce ?? '' }, events: [], release: true });
  expect((await claim('a7f3'))?.task).toMatchObject({ attempt: 2, crashes: 1 });
});
