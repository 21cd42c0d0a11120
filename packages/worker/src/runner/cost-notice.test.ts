import { expect, test } from '@jest/globals';
import type { Task } from '@tars/core';
import { costNotice, unknownCostNotice } from './cost-notice.js';

const spent = (costMicros: number | null, costRaisedMicros = 0) =>
  ({ id: 'a7f3', costMicros, costRaisedMicros, limits: { costMicros: 5_000_000 } }) as Task;

test('the reply that reaches four fifths of the cost limit is told, once', () => {
  expect(costNotice(spent(3_900_000), 99_999, 7)).toEqual([]);
  expect(costNotice(spent(3_900_000), 120_000, 7)).toEqual([
    { type: 'notice.given', at: 7, notice: 'cost', text: 'Task #a7f3 has used $4.02 of the $5.00 it may cost.' },
  ]);
  expect(costNotice(spent(4_020_000), 120_000, 7)).toEqual([]);
});

test('once its owner has let it go on, four fifths of what it may cost now are told', () => {
  expect(costNotice(spent(5_100_000, 5_000_000), 100_000, 7)).toEqual([]);
  expect(costNotice(spent(7_950_000, 5_000_000), 100_000, 7)).toMatchObject([
    { text: 'Task #a7f3 has used $8.05 of the $10.00 it may cost.' },
  ]);
});

test('a cost nobody knows is not told', () => {
  expect(costNotice(spent(null), 9_000_000, 7)).toEqual([]);
  expect(costNotice(spent(0), null, 7)).toEqual([]);
});

test('that nothing caps a task whose model has no known price is told as it begins, and of no other', () => {
  const works = (model: string | null) => unknownCostNotice({ id: 'a7f3', model } as Task, [], 7);
  expect(works('claude-sonnet-5-5')).toEqual([]);
  expect(works(null)).toEqual([]);
  expect(works('claude-opus-5-5')).toMatchObject([{ notice: 'cost_unknown', text: expect.stringContaining('claude-opus-5-5') }]);
  const zero = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  expect(unknownCostNotice({ id: 'a7f3', model: 'mine' } as Task, [{ model: 'mine', asOf: 'x', price: zero }], 7)).toEqual([]);
});
