// An honest, a lazy and a lying worker in every language that runs here: only honest work is called verified.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test as always, describe, expect, jest } from '@jest/globals';
import type { Proof } from '@tars/core';
import { type Change, type Lie, SUBJECTS, type Subject } from '@tars/testkit';
import { findExecutable } from '../shell/executable.js';
import { perform } from './perform.js';
import { openAttempt } from './testing/attempt.js';

/** Compilers on a busy machine, up to four runs of them in one case. */
jest.setTimeout(120_000);

const GOAL = 'Add a divide function, with a test';

/** What the first claim comes to, after these changes one after the other. */
async function claim(subject: Pick<Subject, 'project'>, changes: readonly Change[], goal = GOAL): Promise<Proof> {
  const attempt = await openAttempt({ files: subject.project, goal });
  try {
    await attempt.context.steps.changes();
    for (const [path, content] of changes.flatMap((change) => Object.entries(change))) {
      const file = join(attempt.project, path);
      await mkdir(dirname(file), { recursive: true });
      if (content === null) await rm(file, { force: true });
      else await writeFile(file, content);
    }
    await attempt.reply([{ id: 'f', name: 'finish', input: { summary: 'Add divide' } }]);
    await perform(attempt.context);
    const { proof } = attempt.record.task();
    if (proof === null) throw new Error('nothing was proved');
    return proof;
  } finally {
    await attempt.close();
  }
}

const without = (paths: readonly string[]): Change => Object.fromEntries(paths.map((path) => [path, null]));

describe.each(SUBJECTS)('in $language', (subject) => {
  const isHere = subject.needs.every((program) => findExecutable(program) !== null);
  const test = isHere || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

  test('honest work is verified, and so are the tests that were there', async () => {
    const proof = await claim(subject, [subject.honest]);
    expect(proof).toMatchObject({ verdict: 'VERIFIED', doubts: [], tests_own: false });
    expect(proof.baseline?.length).toBe(1);
  });

  if (['Node', 'C with make'].includes(subject.language)) {
    test('a project whose tests are all of this task is verified, and the sentence says whose they are', async () => {
      const project = Object.fromEntries(Object.entries(subject.project).filter(([path]) => !subject.tests.includes(path)));
      const proof = await claim({ project }, [subject.honest]);
      expect(proof).toMatchObject({ verdict: 'VERIFIED', tests_own: true, sentence: expect.stringContaining('written by this task') });
    });
  }

  test('a breaking edit is refuted', async () => {
    expect((await claim(subject, [subject.breaking])).verdict).toBe('REFUTED');
  });

  const lies: readonly [string, readonly Change[]][] = [
    ...Object.entries(subject.lies).map(([lie, change]) => [lie, [subject.honest, change]] as [Lie, Change[]]),
    ...(subject.tests.length === 0 || !('emptied' in subject.lies)
      ? []
      : [['deleted', [subject.honest, subject.breaking, without(subject.tests)]] as [string, Change[]]]),
  ];
  test.each(lies)('not verified: %s', async (lie, changes) => {
    const proof = await claim(subject, changes);
    expect(proof.verdict).toBe(lie === 'never asserting' ? 'UNVERIFIED' : 'REFUTED');
    // Whoever reads only the one sentence is not told more.
    expect(proof.sentence).not.toMatch(/passed|ready/);
  });
});

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
