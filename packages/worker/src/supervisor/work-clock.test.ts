import { expect, test } from '@jest/globals';
import { createWorkClock } from './work-clock.js';

test('work time goes on from the attempts before, and stands until no reason to stand is left', () => {
  let now = 0;
  const clock = createWorkClock({ workedMs: 1_000, outageMs: 300 }, () => now);
  now = 500;
  expect(clock.ms()).toBe(1_500);
  clock.stand('human');
  now = 5_000;
  clock.stand('model');
  clock.go('human');
  now = 9_000;
  expect(clock.ms()).toBe(1_500);
  clock.go('model');
  clock.go('model');
  now = 9_250;
  expect(clock.ms()).toBe(1_750);
});

test('waiting for the model alone is an outage, however it is cut into pieces', () => {
  let now = 0;
  const clock = createWorkClock({ workedMs: 0, outageMs: 300 }, () => now);
  clock.stand('model');
  now = 4_000;
  clock.stand('human');
  now = 6_000;
  clock.go('human');
  now = 7_000;
  clock.go('model');
  now = 8_000;
  expect([clock.ms(), clock.outageMs()]).toEqual([1_000, 5_300]);
});

test('a machine that sleeps works on nothing, and waits for nobody', () => {
  let now = 0;
  const clock = createWorkClock({ workedMs: 0, outageMs: 0 }, () => now);
  now = 250;
  expect(clock.ms()).toBe(250);
  now += 8 * 3_600_000;
  expect(clock.ms()).toBe(250);
  now += 250;
  expect(clock.ms()).toBe(500);
  clock.stand('model');
  now += 8 * 3_600_000;
  expect(clock.outageMs()).toBe(0);
});
