import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
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

const asks = (input: object) => ({ id: 'ask', name: 'ask_user', input: { ...input } });

test.each([
  'What is the password of the database?',
  'Please provide your OpenAI API key.',
  'Can you give me the SSH key for the server?',
  'I need the access token of the registry.',
])('%s is not asked, and the model hears how it is done right', async (question) => {
  attempt = await openAttempt();
  await attempt.reply([asks({ question })]);
  await perform(attempt.context);
  expect(attempt.results().ask).toMatchObject({ isError: true, text: expect.stringContaining('environment variable') });
  expect(attempt.record.events().filter(({ type }) => type === 'question.asked')).toEqual([]);
});

test.each([
  'Which hash should passwords be stored with?',
  'Should the API key be read from the environment or from a file?',
  'Should users enter their password twice?',
  'Do you want a field for the card number?',
])('%s is asked', async (question) => {
  attempt = await openAttempt();
  await attempt.reply([asks({ question, default: 'yes' })]);
  const performed = perform(attempt.context);
  const put = await waitUntil(() => attempt?.record.task().question ?? null, { what: 'the question' });
  expect(put).toMatchObject({ text: question, default: 'yes' });
  attempt.record.outside({ type: 'question.answered', at: 2, questionId: put.id, text: null, decided: 'yes', channel: 'worker' });
  attempt.context.answers.hand({ kind: 'question', id: put.id, text: null }, null);
  await performed;
  expect(attempt.results().ask?.text).toBe('No answer came in time. Go on with what you named for that case: yes. The owner knows.');
});
