import { expect, test } from '@jest/globals';
import type { Tree } from '../workspace/tree.js';
import type { CheckKind, FoundCheck } from './check.js';
import { prove, type Ran } from './prove.js';

const texts: Record<string, string> = {
  good: "import { test } from 'node:test';\ntest('adds', () => assert.equal(add(1, 1), 2));\n",
  other: "import { test } from 'node:test';\ntest('adds', () => assert.equal(add(2, 3), 5));\n",
};
const tree = (files: Record<string, string>): Tree =>
  new Map(Object.entries(files).map(([path, oid]) => [path, { kind: 'file', mode: 0o644, oid }]));
const TESTED = { 'a.test.js': 'good' };
const GREEN = { exitCode: 0, output: '# pass 4\n# fail 0\n' };

type Results = Record<string, Partial<Ran>>;
type More = {
  kinds?: Record<string, CheckKind>;
  found?: Record<string, Partial<FoundCheck>>;
  first?: Record<string, string>;
  now?: Record<string, string>;
  mayChangeTests?: boolean;
  hasTimeFor?: (ms: number) => boolean;
  /** What comes of a line in a copy, in the order they are run there. */
  apart?: Partial<Ran>[];
};

function proveWith(
  results: Results,
  { kinds = {}, found = {}, first = TESTED, now = first, mayChangeTests = false, hasTimeFor = () => true, apart = [] }: More = {},
) {
  const checks = Object.keys(results).map((command): FoundCheck => ({ kind: kinds[command] ?? 'test', command, ...found[command] }));
  const copied = [...apart];
  const ran = (result: Partial<Ran> | undefined): Ran => ({ exitCode: 1, output: '', durationMs: 1, ...result });
  return prove({
    checks,
    diff: { files: [], insertions: 0, deletions: 0 },
    sides: { first: tree(first), now: tree(now), texts: async () => new Map(Object.entries(texts)) },
    mayChangeTests,
    hasTimeFor,
    run: async ({ command }) => ran(results[command]),
    layOut: async () => ({ find: async () => checks, run: async () => ran(copied.shift()) }),
  });
}

test('green tests verify, and only with a green check of a formatter is the code called formatted', async () => {
  expect((await proveWith({ t: GREEN })).proof).toMatchObject({ verdict: 'VERIFIED', sentence: 'All 4 tests passed.' });
  const formatted = { kinds: { f: 'format' }, found: { f: { isFormatter: true } } } as const;
  expect((await proveWith({ t: GREEN, f: { exitCode: 0 } }, formatted)).proof.sentence).toBe('All tests passed, code formatted and ready.');
  expect((await proveWith({ t: GREEN, f: { exitCode: 0 } }, { kinds: { f: 'format' } })).proof.sentence).toBe(
    'All 4 tests passed, and so did: format.',
  );
});

test('what was skipped is not among all that passed', async () => {
  const { proof } = await proveWith({ t: { exitCode: 0, output: '# pass 4\n# fail 0\n# skipped 2\n' } });
  expect(proof.sentence).toBe('4 tests passed, 2 were skipped.');
});

test('tests that are all the task’s own are said to be', async () => {
  const { proof } = await proveWith({ t: GREEN }, { first: {}, now: TESTED });
  expect(proof).toMatchObject({ verdict: 'VERIFIED', tests_own: true, sentence: 'All 4 tests passed; they were written by this task.' });
});

test('nothing to run, no tests run, and counts without a test to be found prove nothing', async () => {
  for (const results of [
    {},
    { t: { exitCode: 0, output: 'Ran 0 tests in 0.000s\n\nOK\n' } },
    { t: { exitCode: 5, output: 'no tests ran in 0.00s' } },
    { t: { exitCode: 1, output: 'No tests found, exiting with code 1' } },
  ]) {
    expect((await proveWith(results)).proof).toMatchObject({ verdict: 'UNVERIFIED', sentence: 'Done, but nothing could be verified.' });
  }
  expect((await proveWith({ t: GREEN }, { first: {} })).proof).toMatchObject({
    verdict: 'UNVERIFIED',
    doubts: ['t counts tests, but none is to be found'],
  });
});

test('a build that ends well and names no test that ran proves nothing, though it fails where its tests do not compile', async () => {
  const found = { t: { runner: 'maven' } } as const;
  const { proof } = await proveWith(
    { t: { exitCode: 0, output: 'Tests are skipped.' } },
    { found, apart: [{ exitCode: 0 }, { exitCode: 0 }] },
  );
  expect(proof).toMatchObject({ verdict: 'UNVERIFIED', doubts: ['t names no test that ran'] });
});

test('a red check refutes whatever else is green, and its output is for the model', async () => {
  const { proof, failures } = await proveWith(
    { t: GREEN, l: { exitCode: 1, output: 'no-unused-vars' } },
    { kinds: { l: 'lint' }, apart: [{ exitCode: 0 }] },
  );
  expect(proof.verdict).toBe('REFUTED');
  expect(failures).toContain('no-unused-vars');
  expect((await proveWith({ t: { exitCode: null } })).proof.verdict).toBe('REFUTED');
  expect((await proveWith({ t: { exitCode: 0, output: '# pass 1\n# fail 1\n' } })).proof.verdict).toBe('REFUTED');
});

test('what was red before the task already, or was never asked for, refutes nothing', async () => {
  const red = { t: GREEN, l: { exitCode: 1 } };
  expect((await proveWith(red, { kinds: { l: 'lint' }, apart: [{ exitCode: 1 }] })).proof).toMatchObject({
    verdict: 'VERIFIED',
    sentence: 'All 4 tests passed.',
  });
  expect((await proveWith(red, { kinds: { l: 'lint' }, found: { l: { isCustom: true } } })).proof.verdict).toBe('VERIFIED');
  // A copy that could not be made says nothing of before.
  expect((await proveWith(red, { kinds: { l: 'lint' }, apart: [{ exitCode: null }] })).proof.verdict).toBe('REFUTED');
});

test('tests that could not be run are named, and nothing is verified without them', async () => {
  const { proof } = await proveWith({ t: GREEN, g: {} }, { found: { g: { command: 'go test ./...', missing: 'go is not installed' } } });
  expect(proof).toMatchObject({
    verdict: 'UNVERIFIED',
    not_run: ['go test ./... was not run: go is not installed'],
    sentence: 'Done, but not verified. Reason: go test ./... was not run: go is not installed.',
  });
  expect((await proveWith({ t: { exitCode: 127, output: 'sh: 1: jest: not found\n' } })).proof.not_run).toEqual([
    't was not run: jest is not installed',
  ]);
});

test('words of a runner nobody knows count only when it was seen to fail', async () => {
  const own = { found: { t: { runner: 'own' } } } as const;
  const done = { t: { exitCode: 0, output: 'done\n' } };
  expect((await proveWith(done, { ...own, apart: [{ exitCode: 0 }, { exitCode: 0 }] })).proof).toMatchObject({
    verdict: 'VERIFIED',
    sentence: 't passed.',
  });
  expect((await proveWith({ t: GREEN }, { ...own, apart: [{ exitCode: 0 }, { exitCode: 1 }] })).proof).toMatchObject({
    verdict: 'UNVERIFIED',
    doubts: ['t succeeds although every test was made to fail'],
  });
  expect((await proveWith({ t: GREEN }, { ...own, apart: [{ exitCode: 1 }] })).proof.verdict).toBe('UNVERIFIED');
});

test('tests that fail as they were before the task refute it, unless it was asked to change them', async () => {
  const changed = { now: { 'a.test.js': 'other' } };
  const red = { exitCode: 1, output: '# pass 0\n# fail 4\n' };
  expect((await proveWith({ t: GREEN }, { ...changed, apart: [red, GREEN] })).proof).toMatchObject({
    verdict: 'REFUTED',
    tests_changed: ['a.test.js'],
    baseline: [{ command: 't', exit_code: 1, passed: 0, failed: 4 }],
    sentence: 'The tests were changed, and as they were before this task 4 of 4 fail.',
  });
  expect((await proveWith({ t: GREEN }, { ...changed, mayChangeTests: true, apart: [red, GREEN] })).proof).toMatchObject({
    verdict: 'VERIFIED',
    sentence: 'All 4 tests passed; this task changed a test file, which fails as it was.',
  });
  expect((await proveWith({ t: GREEN }, { ...changed, apart: [GREEN] })).proof.sentence).toBe(
    'All 4 tests passed, also as they were before this task.',
  );
  // In a copy the tests of now fail too: the copy is to blame, and nothing is known.
  expect((await proveWith({ t: GREEN }, { ...changed, apart: [red, red] })).proof).toMatchObject({ verdict: 'UNVERIFIED', baseline: [] });
});

test('where no time is left for the tests as they were, that is said, and the task does not run out of it', async () => {
  const late = { now: { 'a.test.js': 'other' }, hasTimeFor: (ms: number) => ms < 2 };
  expect((await proveWith({ t: GREEN }, late)).proof).toMatchObject({
    verdict: 'UNVERIFIED',
    baseline: [],
    sentence: 'Done, but not verified. Reason: no time was left to run the tests as they were before the task.',
  });
});
