import { expect, test } from '@jest/globals';
import type { Task } from '@tars/core';
import { costNotice } from './cost-notice.js';

const spent = (costMicros: number | null) => ({ id: 'a7f3', costMicros, limits: { costMicros: 5_000_000 } }) as Task;

test('the reply that reaches four fifths of the cost limit is told, once', () => {
  expect(costNotice(spent(3_900_000), 99_999, 7)).toEqual([]);
  expect(costNotice(spent(3_900_000), 120_000, 7)).toEqual([
    { type: 'notice.given', at: 7, notice: 'cost', text: 'Task #a7f3 has used $4.02 of the $5.00 it may cost.' },
  ]);
  expect(costNotice(spent(4_020_000), 120_000, 7)).toEqual([]);
});

test('a cost nobody knows is not told', () => {
  expect(costNotice(spent(null), 9_000_000, 7)).toEqual([]);
  expect(costNotice(spent(0), null, 7)).toEqual([]);
});
