import { expect, test } from '@jest/globals';
import { createBudget } from './budget.js';

function budgetAt(start = 0) {
  let now = start;
  const budget = createBudget(() => now);
  const spend = (count: number) => {
    for (let index = 0; index < count; index += 1) budget.spend();
  };
  return {
    budget,
    spend,
    pass(ms: number) {
      now += ms;
    },
  };
}

test('five in two seconds, of which the last is kept for what is urgent', () => {
  const { budget, spend, pass } = budgetAt();
  spend(4);
  expect([budget.waitMs('urgent'), budget.waitMs('quiet')]).toEqual([0, 2_250]);
  spend(1);
  expect(budget.waitMs('urgent')).toBe(2_250);
  pass(2_250);
  expect([budget.waitMs('urgent'), budget.waitMs('quiet')]).toEqual([0, 0]);
});

test('thirty in a minute, of which eight are kept for what is urgent', () => {
  const { budget, spend, pass } = budgetAt();
  for (let index = 0; index < 11; index += 1) {
    spend(2);
    pass(2_500);
  }
  expect(budget.waitMs('quiet')).toBe(60_250 - 11 * 2_500);
  for (let index = 0; index < 4; index += 1) {
    expect(budget.waitMs('urgent')).toBe(0);
    spend(2);
    pass(2_500);
  }
  expect(budget.waitMs('urgent')).toBe(60_250 - 15 * 2_500);
});

test('what Discord says holds for everybody', () => {
  const { budget, pass } = budgetAt(5_000);
  budget.hold(1_500);
  budget.hold(200);
  expect([budget.waitMs('urgent'), budget.waitMs('quiet')]).toEqual([1_500, 1_500]);
  pass(1_500);
  expect(budget.waitMs('urgent')).toBe(0);
});
