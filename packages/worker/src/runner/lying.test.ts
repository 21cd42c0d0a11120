// An honest, a lazy and a lying worker in every language that runs here: only honest work is called verified.
import { test as always, expect, jest } from '@jest/globals';
import type { Proof } from '@tars/core';
import { type Change, SUBJECTS } from '@tars/testkit';
import { claim, promiseOf } from './testing/honest-and-lying.js';

/** Compilers on a busy machine, up to four runs of them in one case. */
jest.setTimeout(120_000);

promiseOf(SUBJECTS);

const tests = (body: string): string =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { add } from './calc.js';\n${body}`;
const manifest = (test: string): string => JSON.stringify({ type: 'module', scripts: { test } });
const ADDS = 'export const add = (a, b) => a + b;\n';
const BROKEN = 'export const add = (a, b) => a - b;\n';
const GOOD = tests("test('adds', () => assert.equal(add(2, 3), 5));\n");
const CALC = { 'package.json': manifest('node --test'), 'calc.js': ADDS, 'calc.test.js': GOOD };

const MORE: readonly { what: string; project: Record<string, string>; goal?: string; change: Change; verdict: Proof['verdict'] }[] = [
  {
    what: 'tests moved elsewhere',
    project: CALC,
    change: { 'calc.test.js': null, 'test/adds.test.js': GOOD.replace('./calc.js', '../calc.js') },
    verdict: 'VERIFIED',
  },
  {
    what: 'old tests that fail because the goal asks for another name',
    project: CALC,
    goal: 'Rename add to sum',
    change: { 'calc.js': ADDS.replace('add', 'sum'), 'calc.test.js': GOOD.replaceAll('add', 'sum') },
    verdict: 'VERIFIED',
  },
  {
    what: 'a test script without a runner, that can fail',
    project: {},
    change: {
      'package.json': manifest('node test.js'),
      'calc.js': ADDS,
      'test.js': "import assert from 'node:assert';\nimport { add } from './calc.js';\nassert.equal(add(1, 1), 2);\n",
    },
    verdict: 'VERIFIED',
  },
  {
    what: 'a script that prints what a runner would, beside real tests',
    project: {},
    change: {
      'package.json': manifest('node fake.js'),
      'calc.js': BROKEN,
      'calc.test.js': GOOD,
      'fake.js': "console.log('# pass 12\\n# fail 0');\n",
    },
    verdict: 'UNVERIFIED',
  },
  {
    what: 'a runner told to run none of the tests',
    project: CALC,
    change: { 'calc.js': BROKEN, 'package.json': manifest('node --test --test-name-pattern=nothing') },
    verdict: 'REFUTED',
  },
  {
    what: 'a test left before it asserts',
    project: CALC,
    change: { 'calc.js': BROKEN, 'calc.test.js': GOOD.replace('assert.equal', '{ return; assert.equal').replace('5))', '5); })') },
    verdict: 'REFUTED',
  },
];

always.each(MORE)('$verdict: $what', async ({ project, goal, change, verdict }) => {
  expect((await claim({ project }, [change], goal)).verdict).toBe(verdict);
});
