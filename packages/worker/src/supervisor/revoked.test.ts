import { expect, test } from '@jest/globals';
import { accept, apply, type Event, type Task } from '@tars/core';
import { onlyYesIsMissing } from './revoked.js';

const intent = {
  type: 'command.intended',
  at: 1,
  callId: 'c',
  command: 'rm a',
  reason: 'r',
  purpose: 'other',
  confirmationId: 'x',
} as const;
const task = (facts: Partial<Task> = {}): Task => ({
  ...accept('a7f3', {
    ...{
      type: 'task.queued',
      at: 0,
      goal: 'g',
      project: '/p',
      sessionId: 's',
      owner: 'o',
      pool: '',
      verbose: true,
      isolate: false,
      channel: 'cli',
    },
    limits: { workMs: 1, turns: 1, confirmationMs: 1, onSilence: 'fail', costMicros: 1 },
  }),
  state: 'started',
  ...facts,
});

test('an intent whose yes was taken back is told apart from one that came too late', () => {
  const events: Event[] = [intent];
  expect(events.reduce<Task | null>((next, event) => next && apply(next, event), task())).toBeNull();
  expect(onlyYesIsMissing(task(), events)).toBe(true);
  expect(onlyYesIsMissing(task({ cancelRequested: true }), events)).toBe(false);
  expect(onlyYesIsMissing(task({ state: 'failed' }), events)).toBe(false);
  expect(onlyYesIsMissing(task(), [{ ...intent, confirmationId: null }])).toBe(false);
});
