import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { EnvTextError, envLine } from './env-text.js';
import { envFileText } from './example.js';

const VALUES = [
  'sk-ant-api03-plain',
  'https://n8n.example.com/webhook/a?b=c&d#e',
  '/home/me/my projects:~/code',
  "it's",
  'say "hello" # to all',
  'a\\nb',
  `both ' and "`,
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
];

test.each(VALUES)('%j is read back from an env file as it was', (value) => {
  expect(parseEnv(`A=1\n${envLine('NAME', value)}\nB=2\n`)).toEqual({ A: '1', NAME: value, B: '2' });
});

test('what no quotes can hold is refused instead of being changed', () => {
  expect(() => envLine('NAME', '\'"`')).toThrow(EnvTextError);
});

test("a file of one's own holds these values and switches nothing else on", () => {
  const values = { CONFIRMATION_CODE: '4719', MAX_ITERATIONS: '7', ANTHROPIC_API_KEY_FILE: '/run/secrets/claude' };
  expect(parseEnv(envFileText(values))).toEqual({ ...values, N8N_WEBHOOK_URL: '' });
});
