import { expect, test } from '@jest/globals';
import { binOf, PartMissingError } from './package-bin.js';

test('the program of a package beside this one is found', () => {
  expect(binOf('@tars/worker', 'tars-worker')).toMatch(/worker\/bin\/tars-worker\.mjs$/);
});

test('a part that is not installed is named, with the way out', () => {
  expect(() => binOf('@tars/absent', 'tars-absent')).toThrow(PartMissingError);
  expect(() => binOf('@tars/absent', 'tars-absent')).toThrow('npm install @tars/absent');
});
