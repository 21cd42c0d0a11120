import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WorkerRef } from '@tars/core';
import { createTaskStore, keys, RECORD_VERSION } from '@tars/core/redis';
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

test('a claim whose answer comes when another has the task already is not held, and what the other holds is left alone', async () => {
  await shop.queue('a7f3');
  const others: (string | undefined)[] = [];
  const lateStore: typeof shop.store = {
    ...shop.store,
    commit: async (...change) => {
      const done = await shop.store.commit(...change);
      await shop.lapseLease('a7f3');
      others.push((await claimAs('w2')('a7f3'))?.nonce);
      return done;
    },
  };
  const claim = createClaimTask({ worker: worker('w1'), onHostLoss: 'wait', store: lateStore, notices, logger: shop.logger });
  expect(await claim('a7f3')).toBeNull();
  expect(await shop.store.readHeld('a7f3')).toMatchObject({ nonce: others[0], task: { attempt: 2, worker: { id: 'w2' } } });
});

/** A worker of another version beside those of this one, on the same Redis. */
const ofVersion = (version: number, id: string) => {
  const store = createTaskStore(shop.redis, undefined, version);
  const claim = createClaimTask({ worker: worker(id), onHostLoss: 'wait', store, notices, logger: shop.logger });
  return {
    store,
    claim,
    async claimAndDrain() {
      const claimed = await claim('a7f3');
      const released = { type: 'task.released', at: Date.now(), reason: 'drain' } as const;
      await store.commit('a7f3', { as: { role: 'owner', nonce: claimed?.nonce ?? '' }, events: [released], release: true });
      return claimed?.task ?? null;
    },
  };
};
const versionKept = async () => Number(await shop.redis.hGet(keys.task('a7f3'), 'v'));

test('what an older worker has begun and drained is gone on with by a newer one, and is then left to newer ones', async () => {
  await shop.queue('a7f3');
  const [before, after] = [ofVersion(RECORD_VERSION, 'old'), ofVersion(RECORD_VERSION + 1, 'new')];
  expect(await before.claimAndDrain()).toMatchObject({ attempt: 1 });
  expect(await after.claimAndDrain()).toMatchObject({ attempt: 2, crashes: 0 });
  expect(await versionKept()).toBe(RECORD_VERSION + 1);
  // Rolled back: it waits, unharmed, for as long as it must.
  for (let look = 0; look < 5; look++) expect(await before.claim('a7f3')).toBeNull();
  expect((await before.store.line('')).free).toEqual(['a7f3']);
  expect(await after.claimAndDrain()).toMatchObject({ attempt: 3, crashes: 0, state: 'started' });
});

test('a newer worker that died is followed by a newer one alone: an older one neither takes its task nor counts its death', async () => {
  await shop.queue('a7f3');
  const [before, after] = [ofVersion(RECORD_VERSION, 'old'), ofVersion(RECORD_VERSION + 1, 'new')];
  await after.claim('a7f3');
  await shop.lapseLease('a7f3');
  expect(await before.claim('a7f3')).toBeNull();
  await expect(before.store.commit('a7f3', { as: { role: 'outsider' }, events: [] })).rejects.toMatchObject({ code: 'newer_record' });
  expect((await ofVersion(RECORD_VERSION + 1, 'newer').claim('a7f3'))?.task).toMatchObject({ attempt: 2, crashes: 1 });
});

test('what a newer api changes stays with the older worker that holds it', async () => {
  await shop.queue('a7f3');
  const [before, after] = [ofVersion(RECORD_VERSION, 'old'), ofVersion(RECORD_VERSION + 1, 'new')];
  const claimed = await before.claim('a7f3');
  await after.store.commit('a7f3', { as: { role: 'outsider' }, events: [{ type: 'cancel.requested', at: Date.now(), channel: 'http' }] });
  expect(await versionKept()).toBe(RECORD_VERSION);
  expect(await before.store.renew('a7f3', claimed?.nonce ?? '', { workedMs: 0, outageMs: 0 })).toBe(true);
  expect((await before.store.read('a7f3'))?.cancelRequested).toBe(true);
});
