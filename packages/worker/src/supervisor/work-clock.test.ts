import { expect, test } from '@jest/globals';
import { createWorkClock } from './work-clock.js';

test('work time goes on from the attempts before, and stands until no reason to stand is left', () => {
  let now = 0;
  const clock = createWorkClock(1_000, () => now);
  now = 500;
  expect(clock.ms()).toBe(1_500);
  clock.stand('human');
  now = 10_000;
  clock.stand('model');
  clock.go('human');
  now = 20_000;
  expect(clock.ms()).toBe(1_500);
  clock.go('model');
  clock.go('model');
  now = 20_250;
  expect(clock.ms()).toBe(1_750);
});
