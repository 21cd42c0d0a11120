import { expect, test } from '@jest/globals';
import { parseMoneyAnswer } from './money-answer.js';

const AGAIN = { kind: 'go on', micros: null };
const more = (dollars: number) => ({ kind: 'go on', micros: dollars * 1_000_000 });
const STOP = { kind: 'stop' };

test.each([
  ['go on', AGAIN],
  ['Go on, please.', AGAIN],
  ['yes', AGAIN],
  ['1', AGAIN],
  ['the first one', AGAIN],
  ['continue with it', AGAIN],
  ['$3', more(3)],
  ['another 2.50 dollars', more(2.5)],
  ['go on for 1,5 USD', more(1.5)],
  ['10$', more(10)],
  ['stop', STOP],
  ['2', STOP],
  ['no', STOP],
  ["don't", STOP],
  ['stop, it has cost $5 already', STOP],
])('%j is %j', (said, meant) => {
  expect(parseMoneyAnswer(said)).toEqual(meant);
});

test.each(['3', 'what has it done?', '$0', 'maybe', 'use SQLite', ''])('%j is neither yes nor no, and nothing is spent', (said) => {
  expect(parseMoneyAnswer(said)).toBeNull();
});
