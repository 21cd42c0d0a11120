import { expect, test } from '@jest/globals';
import type { Event, LoggedEvent } from '@tars/core';
import { heardBefore } from './heard-before.js';

const confirmation = {
  ...{ id: 'c1', callId: 'call_1', command: 'rm a', cwd: '/', reason: 'delete files', rule: 'rm', agentSays: '', access: [] },
  ...{ actionHash: 'h', askedAt: 1, expiresAt: 2 },
};
const asked: Event = { type: 'confirmation.requested', at: 1, confirmation };
const expired: Event = {
  ...{ type: 'confirmation.answered', at: 2, confirmationId: 'c1', outcome: 'expired', command: 'rm a' },
  ...{ grant: null, feedback: null, channel: 'worker' },
} as const;
const limits = { workMs: 1, turns: 1, confirmationMs: 1, onSilence: 'fail', costMicros: 1 } as const;
const retried: Event = { type: 'task.retried', at: 3, because: 'retry', limits, channel: 'cli' };
const log = (...events: Event[]): LoggedEvent[] => events.map((event, index) => ({ taskId: 'a7f3', seq: index + 1, event }));

test('an answer that no attempt has heard is heard by the next one', () => {
  expect(heardBefore(log(asked, expired))).toMatchObject({ callId: 'call_1', answer: { outcome: 'expired' } });
});

test('a task that is tried again asks anew for what was not answered before its end', () => {
  expect(heardBefore(log(asked, expired, retried))).toBeNull();
});
