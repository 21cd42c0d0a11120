import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff.js';

const ours = { firstMs: 1_000, capMs: 60_000 };

test.each([
  [0, 1_000],
  [1, 2_000],
  [5, 32_000],
  [6, 60_000],
  [10_000, 60_000],
])('after %i failures the wait is at least %i ms, and at most a quarter more within the cap', (failures, ms) => {
  expect(backoffMs(failures, ours, () => 0)).toBe(ms);
  expect(backoffMs(failures, ours, () => 0.999)).toBeLessThanOrEqual(Math.min(60_000, ms * 1.25));
});
