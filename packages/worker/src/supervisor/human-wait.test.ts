import { expect, test } from '@jest/globals';
import type { Event, Task } from '@tars/core';
import { waitUntil } from '@tars/testkit';
import { createHumanWait } from './human-wait.js';
import { createSlots } from './slots.js';
import { createWorkClock } from './work-clock.js';

const confirmation: NonNullable<Task['confirmation']> = {
  id: 'c1',
  callId: 'call_1',
  command: 'rm a',
  cwd: '/p',
  reason: 'delete files',
  rule: 'rm',
  agentSays: '',
  access: [],
  actionHash: 'h',
  askedAt: 0,
  expiresAt: 300_000,
};
const waiting = { confirmation, question: null };

function setUp(concurrency = 1) {
  const slots = createSlots(concurrency);
  slots.take();
  const clock = createWorkClock({ workedMs: 0, outageMs: 0 }, () => 0);
  const committed: Event[] = [];
  let freed = 0;
  const wait = createHumanWait({ clock, slots, commit: (event) => committed.push(event), onSlotFreed: () => freed++, now: () => 0 });
  return { slots, clock, wait, committed, freed: () => freed };
}

test('waiting for a human frees the slot and stops the clock; the answer takes both back', () => {
  const { slots, clock, wait, freed } = setUp();
  wait.begin(waiting);
  expect([slots.free(), clock.stands(), freed()]).toEqual([true, true, 1]);
  wait.end('c1');
  expect([slots.free(), clock.stands()]).toEqual([false, false]);
  wait.close();
  expect(slots.busy()).toBe(0);
});

test('an answer that comes before its wait begins leaves nothing to wait for', () => {
  const { slots, clock, wait, freed } = setUp();
  wait.end('c1');
  wait.begin(waiting);
  expect([slots.free(), clock.stands(), freed()]).toEqual([false, false, 0]);
});

test('a request in place of another is waited for anew, and the answer to the first one ends nothing', () => {
  const { slots, clock, wait, freed } = setUp();
  wait.begin(waiting);
  wait.begin(waiting);
  wait.begin({ ...waiting, confirmation: { ...confirmation, id: 'c2' } });
  wait.end('c1');
  expect([slots.free(), clock.stands(), freed()]).toEqual([true, true, 1]);
  wait.end('c2');
  wait.close();
  expect([slots.busy(), clock.stands()]).toEqual([0, false]);
});

test('silence ends a wait as expired, after one reminder', async () => {
  const { wait, committed } = setUp();
  wait.begin({ ...waiting, confirmation: { ...confirmation, askedAt: -60_000 + 20, expiresAt: 60 } });
  await waitUntil(() => committed.length === 2, { what: 'reminder and expiry' });
  expect(committed).toMatchObject([
    { type: 'confirmation.reminded', confirmationId: 'c1' },
    { type: 'confirmation.answered', confirmationId: 'c1', outcome: 'expired', grant: null },
  ]);
  wait.close();
});

test('a task that ends while it waits gives back nothing twice', () => {
  const { slots, wait } = setUp();
  wait.begin(waiting);
  wait.close();
  expect(slots.busy()).toBe(0);
  expect(slots.free()).toBe(true);
});

test('at most four tasks a slot wait; the next keeps its place', () => {
  const slots = createSlots(1);
  for (let task = 0; task < 4; task++) {
    slots.take();
    expect(slots.yieldToOthers()).toBe(true);
  }
  slots.take();
  expect(slots.yieldToOthers()).toBe(false);
  expect(slots.free()).toBe(false);
  slots.stopWaiting();
  expect(slots.yieldToOthers()).toBe(true);
});
