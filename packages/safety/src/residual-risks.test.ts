import { expect, test } from '@jest/globals';
import { classify } from './classify.js';
import { RESIDUAL_RISKS } from './residual-risks.js';

const examples = RESIDUAL_RISKS.flatMap(({ id, examples: all }) => all.map((command) => [id, command] as const));

test.each(examples)('%s is known, and listed for as long as it runs unasked: %s', (_, command) => {
  expect(classify(command).kind).toBe('safe');
});
