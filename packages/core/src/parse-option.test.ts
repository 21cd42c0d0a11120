import { expect, test } from '@jest/globals';
import { parseOption } from './parse-option.js';

const COLOURS = ['blue', 'dark green', 'as it is'];

test.each([
  ['blue', 'blue'],
  ['Blue.', 'blue'],
  ['DARK GREEN please', 'dark green'],
  ["I'd say dark green", 'dark green'],
  ['let us go with as it is', 'as it is'],
  ['2', 'dark green'],
  ['2.', 'dark green'],
  ['option 3', 'as it is'],
  ['number one, please', 'blue'],
  ['the second one', 'dark green'],
  ['the 2nd', 'dark green'],
  ['the last one, sir', 'as it is'],
  ['b', 'dark green'],
  ['A', 'blue'],
  ['option c', 'as it is'],
])('%j is the option that it means', (said, option) => {
  expect(parseOption(said, COLOURS)).toBe(option);
});

test.each(['4', 'the fourth one', 'z', 'both', 'blue and green', 'not blue', 'one of them', 'the', '', 'green', '2 or 3'])(
  '%j is no option, but an answer of its own',
  (said) => {
    expect(parseOption(said, COLOURS)).toBeNull();
  },
);

test('an option that is a number is meant by it, and only another number counts along the list', () => {
  expect(parseOption('8080', ['80', '8080'])).toBe('8080');
  expect(parseOption('2', ['80', '8080'])).toBe('8080');
  expect(parseOption('2', ['3', '2', '1'])).toBe('2');
  expect(parseOption('2', [])).toBeNull();
});
