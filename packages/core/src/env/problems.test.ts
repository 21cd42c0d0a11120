import { expect, test } from '@jest/globals';
import { printProblems } from './problems.js';

test('all problems are printed together, one a line', () => {
  const written: string[] = [];
  printProblems(['A: x. Example: A=1', 'B: y. Example: B=2'], (text) => written.push(text));
  expect(written.join('')).toBe('TARS cannot start: 2 settings need attention.\n  - A: x. Example: A=1\n  - B: y. Example: B=2\n');
});
