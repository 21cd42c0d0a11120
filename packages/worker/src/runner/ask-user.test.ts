import { afterEach, expect, test } from '@jest/globals';
import { perform } from './perform.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

let attempt: Attempt | null = null;
afterEach(async () => {
  await attempt?.close();
  attempt = null;
});

test('an answer that comes while the next attempt takes up a question is the answer to it, and nothing is asked again', async () => {
  const input = { question: 'Which port?' };
  const question = { id: 'q1', callId: 'ask', text: 'Which port?', options: [], askedAt: 1, expiresAt: Date.now() + 300_000 };
  attempt = await openAttempt({
    before: () => ({
      events: [{ type: 'question.asked', at: 1, question }],
      transcript: [{ kind: 'reply', turn: 1, content: [{ type: 'tool_use', id: 'ask', name: 'ask_user', input }], stopReason: 'tool_use' }],
    }),
  });
  // In the record before the runner looks there; in its hands by its supervisor.
  attempt.record.outside({ type: 'question.answered', at: 2, questionId: 'q1', text: '8080', channel: 'cli' });
  attempt.context.answers.hand({ kind: 'question', id: 'q1', text: '8080' }, null);
  expect(await perform(attempt.context)).toBe('goes on');
  expect(attempt.results().ask?.text).toContain('8080');
  expect(attempt.record.events().filter(({ type }) => type === 'question.asked')).toEqual([]);
});
