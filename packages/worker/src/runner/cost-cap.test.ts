// What is asked and paused when there is no money for another request.
import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { standsAtCap } from './cost-cap.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

let attempt: Attempt | null = null;
afterEach(async () => {
  await attempt?.close();
  attempt = null;
});

const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
const replied = (costMicros: number | null): Event => ({ type: 'turn.replied', at: 1, turn: 1, model: 'm', usage, costMicros, says: '' });
const spent = async (costMicros: number | null): Promise<Attempt> => {
  attempt = await openAttempt({ limits: { costMicros: 1_000_000 }, before: () => ({ events: [replied(costMicros)] }) });
  return attempt;
};

test('at its cap a task asks whether it may go on, pauses, and waits for as long as it takes', async () => {
  const { context, record } = await spent(1_000_000);
  expect(await standsAtCap(context)).toBe(true);
  expect(record.task()).toMatchObject({
    pauseRequested: true,
    pauseReason: 'cost',
    question: { about: 'cost', options: ['go on', 'stop'], expiresAt: null },
  });
  expect(record.task().question?.text).toContain('$1.00 of the $1.00');
});

test('below its cap, and where nobody knows what it has cost, it goes on', async () => {
  const below = await spent(999_999);
  expect(await standsAtCap(below.context)).toBe(false);
  await below.close();
  const unknown = await spent(null);
  expect(await standsAtCap(unknown.context)).toBe(false);
  expect(unknown.record.events()).toEqual([]);
});

test('when what all tasks may cost today is spent, it pauses too, and says when it goes on', async () => {
  const { context, record } = await spent(5);
  record.spend({ spentMicros: 19_999_999, limitMicros: 20_000_000 });
  expect(await standsAtCap(context)).toBe(false);
  record.spend({ spentMicros: 20_000_000, limitMicros: 20_000_000 });
  expect(await standsAtCap(context)).toBe(true);
  expect(record.task()).toMatchObject({ pauseRequested: true, pauseReason: 'day_cost', question: null });
  expect(record.events()[0]).toMatchObject({
    type: 'notice.given',
    notice: 'day_cost',
    text: expect.stringContaining('$20.00 of the $20.00'),
  });
});
