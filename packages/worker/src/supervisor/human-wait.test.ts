import { expect, test } from '@jest/globals';
import type { Event, Task } from '@tars/core';
import { createHumanWait } from './human-wait.js';
import { createSlots } from './slots.js';
import { createWorkClock } from './work-clock.js';

const waiting = { confirmation: { id: 'c1', command: 'rm a', askedAt: 0, expiresAt: 300_000 }, question: null } as Task;

function setUp(concurrency = 1) {
  const slots = createSlots(concurrency);
  slots.take();
  const clock = createWorkClock(0, () => 0);
  const committed: Event[] = [];
  let freed = 0;
  const wait = createHumanWait({ clock, slots, commit: (event) => committed.push(event), onSlotFreed: () => freed++, now: () => 0 });
  return { slots, clock, wait, committed, freed: () => freed };
}

test('waiting for a human frees the slot and stops the clock; the answer takes both back', () => {
  const { slots, clock, wait, freed } = setUp();
  wait.begin(waiting);
  expect([slots.free(), clock.stands(), freed()]).toEqual([true, true, 1]);
  wait.end();
  expect([slots.free(), clock.stands()]).toEqual([false, false]);
  wait.close();
  expect(slots.busy()).toBe(0);
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
