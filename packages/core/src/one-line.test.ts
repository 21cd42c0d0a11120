import { expect, test } from '@jest/globals';
import { oneLine } from './one-line.js';

test('a text of several lines is shown as one, and can move no cursor', () => {
  expect(oneLine('build it\r\nProgress: all done\u2028x\n')).toBe('build it ⏎ Progress: all done ⏎ x');
  expect(oneLine('a\u001b[2Kb\u0007\u009b1Ac\td')).toBe('a[2Kb1Ac\td');
});
