import { expect, test } from '@jest/globals';
import { createBudget } from '../discord/budget.js';
import { event } from '../testing/story.js';
import { createManner } from './manner.js';

test('a card rests three seconds after each change, and each task for itself', () => {
  let now = 100_000;
  const { gathers, shown } = createManner('card', null, () => now);
  expect(gathers?.restMs('a7f3')).toBe(0);
  shown('a7f3');
  now += 1_000;
  expect([gathers?.restMs('a7f3'), gathers?.restMs('c2k9')]).toEqual([2_000, 0]);
  now += 2_000;
  expect(gathers?.restMs('a7f3')).toBe(0);
});

test('what wakes a person waits for nothing, neither as a card nor as a message', () => {
  for (const style of ['card', 'messages'] as const) {
    const { joins } = createManner(
      style,
      createBudget(() => 0),
      () => 0,
    );
    const waits = (['edit.made', 'confirmation.requested', 'question.asked', 'task.finished', 'task.cancelled'] as const).filter((type) =>
      joins?.(event(type)),
    );
    expect(waits).toEqual(['edit.made']);
  }
});

test('n8n gets messages as they come; what goes straight to Discord rests while its budget is used up', () => {
  expect(createManner('messages', null, () => 0).gathers).toBeUndefined();
  const budget = createBudget(() => 0);
  const { gathers } = createManner('messages', budget, () => 0);
  expect(gathers?.restMs('a7f3')).toBe(0);
  for (let sent = 0; sent < 4; sent += 1) budget.spend();
  expect(gathers?.restMs('a7f3')).toBeGreaterThan(0);
});
