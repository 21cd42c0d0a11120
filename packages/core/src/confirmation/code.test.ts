import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCodeVerifier } from './code.js';

test('only exactly the code is right', () => {
  const verifier = createCodeVerifier('83920571');
  const verify = (attempt: string) => verifier.verify(attempt, 0) !== null;
  expect(verify('83920571')).toBe(true);
  for (const attempt of ['', '8392057', '839205711', '83920572', ' 83920571', '８３９２０５７１', '83920571\0']) {
    expect(verify(attempt)).toBe(false);
  }
  fc.assert(fc.property(fc.string(), (attempt) => verify(attempt) === (attempt === '83920571')));
});

test('the verifier does not show the code', () => {
  expect(inspect(createCodeVerifier('83920571'), { depth: 9, showHidden: true })).not.toContain('83920571');
});
