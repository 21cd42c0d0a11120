// How a command ended, in words that the model can act by.
import { expect, test } from '@jest/globals';
import type { CommandResult } from '../shell/shell.js';
import { ADVICE, adviceFor } from './advice.js';
import { resultText } from './result-text.js';

const BASE: CommandResult = {
  exitCode: 0,
  timedOut: false,
  aborted: false,
  durationMs: 1_234,
  output: 'hello\n',
  outputBytes: 6,
  outputFile: '/state/output/x.txt',
  cwd: '/p',
};
const stopped = (kind: NonNullable<CommandResult['stopped']>, output = ''): CommandResult => ({
  ...BASE,
  exitCode: null,
  signal: 'SIGKILL',
  output,
  stopped: kind,
});

test.each<[string, CommandResult, string]>([
  ['success', BASE, 'exit code 0 after 1.2 s\nhello'],
  ['success, so quickly that nobody asks how', { ...BASE, durationMs: 999 }, 'exit code 0\nhello'],
  ['nothing said', { ...BASE, output: '' }, 'exit code 0 after 1.2 s\n(no output)'],
  [
    'what runs on',
    { ...BASE, background: ['12 sleep infinity', '15 node server.js'] },
    'exit code 0 after 1.2 s\nStill running in the background: 12 sleep infinity; 15 node server.js\nhello',
  ],
  [
    'a question',
    stopped({ kind: 'waits for input', prompt: 'Overwrite? [y/N]' }),
    'waited for input that nobody can give ("Overwrite? [y/N]") and was stopped after 1.2 s\nHint: there is no terminal',
  ],
  ['silence', stopped({ kind: 'silent' }), 'printed nothing and did nothing for minutes and was stopped after 1.2 s\nHint: it hung'],
  [
    'a flood',
    stopped({ kind: 'printed too much' }, 'y\ny\n'),
    'printed more than can be kept and was stopped after 1.2 s\nHint: it does not stop',
  ],
  ['its time', { ...stopped({ kind: 'timed out' }), timedOut: true }, 'timed out and was stopped after 1.2 s\nHint: give it more time'],
  [
    'a killed shell',
    { ...BASE, exitCode: null, signal: 'SIGKILL', shellReplaced: true },
    'was ended by SIGKILL after 1.2 s\nThe shell was replaced',
  ],
])('the model hears of %s', (_, result, text) => {
  expect(resultText(result).slice(0, text.length)).toBe(text);
});

test.each(ADVICE)('there is advice for an end like $example', ({ example, stopped, text }) => {
  const how =
    stopped === undefined ? {} : { stopped: stopped === 'waits for input' ? { kind: stopped, prompt: example } : { kind: stopped } };
  expect(adviceFor({ output: `some lines before\n${example}\n`, ...how })).toBe(text);
});

test('an ordinary failure needs no advice', () => {
  expect(adviceFor({ output: '1 failing\n  AssertionError: expected 2 to equal 3\n' })).toBeNull();
});

test('binary output is told by its length, and the text round it stays', () => {
  const binary = '\uFFFDa\uFFFD'.repeat(50);
  expect(resultText({ ...BASE, output: `begin\n${binary}\nx\n${binary}\nthe end of it\n` })).toBe(
    'exit code 0 after 1.2 s\nbegin\n[301 characters of binary data]\nthe end of it',
  );
  expect(resultText({ ...BASE, output: 'one odd \uFFFD letter in a line\n' })).toContain('one odd \uFFFD letter in a line');
});
