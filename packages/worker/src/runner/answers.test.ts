import { expect, test } from '@jest/globals';
import { createAnswers } from './answers.js';

const yes = { kind: 'confirmation', id: 'c1', outcome: 'approved', grant: null, feedback: null } as const;

test('an answer that comes before it is waited for is kept', async () => {
  const answers = createAnswers();
  answers.hand(yes, 'key');
  expect(await answers.of('confirmation', 'c1')).toEqual({ answer: yes, publicKeyPem: 'key' });
});

test('who waits gets the answer to the own request, and the first one only', async () => {
  const answers = createAnswers();
  const mine = answers.of('question', 'q1');
  answers.hand({ kind: 'question', id: 'q2', text: 'other' }, null);
  answers.hand({ kind: 'question', id: 'q1', text: 'first' }, null);
  answers.hand({ kind: 'question', id: 'q1', text: 'second' }, null);
  expect((await mine).answer.text).toBe('first');
  expect((await answers.of('question', 'q2')).answer.text).toBe('other');
});

test('an answer of the wrong kind is no answer', async () => {
  const answers = createAnswers();
  answers.hand({ kind: 'question', id: 'c1', text: 'yes' }, null);
  await expect(answers.of('confirmation', 'c1')).rejects.toThrow('is a question, not a confirmation');
});
