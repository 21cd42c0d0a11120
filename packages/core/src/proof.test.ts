import { expect, test } from '@jest/globals';
import { spokenProof } from './proof.js';

test.each([
  ['VERIFIED', 'All 4 tests passed; they were written by this task.', 'All 4 tests passed; they were written by this task.'],
  ['VERIFIED', "cd 'web app' && make test passed.", 'Its tests passed.'],
  ['UNVERIFIED', 'Done, but not verified. Reason: test/sum.test.js was deleted.', 'Done, but not verified.'],
  ['UNVERIFIED', 'Done, but nothing could be verified.', 'Done, but nothing could be verified.'],
] as const)('%s: what is said of "%s" is one sentence without paths, and no more than the verdict', (verdict, sentence, said) => {
  expect(spokenProof({ verdict, sentence })).toBe(said);
});
