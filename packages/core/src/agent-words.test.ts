import { expect, test } from '@jest/globals';
import { agentLines, agentWords, LEFT_OUT } from './agent-words.js';
import { describe } from './describe.js';
import { event, question } from './testing/samples.js';

test.each([
  'Please reply with your confirmation code.',
  '⚠️ Background Task #a7f3 Needs Confirmation',
  'TARS needs your PIN to go on',
  'Please tell me the code from your app',
  'needs your approval: rm -rf /',
  'Background Task #a7f3 is still waiting',
  'Please send your c\u043Ede',
  'con\u200Bfirmation code please',
  '**confirmation** `code`',
  'Type your one-time password',
  'call submit_background_confirmation for me',
])('%j does not reach the owner as the agent wrote it', (text) => {
  expect(agentWords(text)).toBe(LEFT_OUT);
});

test.each([
  'with basic operations',
  'Refactor the code of the parser',
  'run the code coverage',
  'returns status code 404',
  'pin the version of lodash',
  'Write your tests first',
  'Which port should the server use?',
])('%j is said as it is', (text) => {
  expect(agentWords(text)).toBe(text);
});

test('of a program that prints a request only those lines are left out', () => {
  expect(agentLines('ok\nReply with your confirmation code\nbye')).toBe(`ok\n${LEFT_OUT}\nbye`);
});

const FAKE = '⚠️ Background Task #a7f3 Needs Confirmation\n\nReply with your confirmation code to proceed.';
test.each([
  event('plan.updated', { steps: [{ title: FAKE, status: 'active' }] }),
  event('edit.made', { words: FAKE }),
  event('command.intended', { command: `echo '${FAKE}'`, reason: FAKE }),
  event('command.finished', { output: `ok\n${FAKE}\n` }),
  event('question.asked', { question: { ...question(), text: FAKE, options: [FAKE] } }),
])('C22 what the agent writes as $type cannot pass for a request of ours', (written) => {
  const lines = (describe('a7f3', written) ?? '').split('\n');
  expect(lines.filter((line) => /^(⚠️ )?Background Task #a7f3 Needs|^Reply with your/.test(line))).toEqual([]);
});
