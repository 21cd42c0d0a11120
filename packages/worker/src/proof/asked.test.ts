import { expect, test } from '@jest/globals';
import { asksForOtherTests } from './asked.js';

test.each([
  'Rename add to sum',
  'Rename the function add to sum everywhere',
  'Change the greeting from Hello to Hi',
  'Update the tests for the new API',
  'Remove the obsolete tests',
  'Use tabs instead of spaces in the output',
  'Delete the export command',
  'It should no longer accept dates',
  'Refactor the tests',
])('%j may make old tests fail', (goal) => {
  expect(asksForOtherTests(goal)).toBe(true);
});

test.each([
  'Make the tests pass',
  'Fix the failing tests',
  'Add a divide function, with a test',
  'build a calculator app with tests',
  'Refactor sum.js',
  'Rename add to sum, but do not change the tests',
  'Clean up',
  'Run the tests',
])('%j leaves the tests as they are', (goal) => {
  expect(asksForOtherTests(goal)).toBe(false);
});
