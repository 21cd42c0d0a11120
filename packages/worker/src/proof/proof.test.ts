import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { type FoundCheck, findChecks } from './find-checks.js';
import { prove } from './prove.js';
import { readTestCounts } from './test-counts.js';

const json = (value: object) => JSON.stringify(value);

const PROJECTS: readonly { name: string; files: Record<string, string>; commands: string[] }[] = [
  {
    name: 'an npm project',
    files: { 'package.json': json({ scripts: { test: 'jest', lint: 'x', 'format:check': 'y' } }) },
    commands: ['npm test', 'npm run lint', 'npm run format:check'],
  },
  {
    name: 'a pnpm project',
    files: { 'package.json': json({ scripts: { test: 'vitest run' } }), 'pnpm-lock.yaml': '' },
    commands: ['pnpm test'],
  },
  {
    name: "npm's own stub",
    files: { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
    commands: [],
  },
  {
    name: 'the stub beside real tests',
    files: { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }), 'a.test.js': '' },
    commands: ['node --test'],
  },
  { name: 'plain node tests', files: { 'src/a.test.mjs': '' }, commands: ['node --test'] },
  { name: 'unittest at the root', files: { 'test_a.py': 'import unittest\n' }, commands: ['python3 -m unittest'] },
  { name: 'pytest', files: { 'tests/test_a.py': 'def test_a():\n    pass\n' }, commands: ['python3 -m pytest -q'] },
  { name: 'Go', files: { 'go.mod': 'module x' }, commands: ['go test ./...'] },
  { name: 'Rust', files: { 'Cargo.toml': '' }, commands: ['cargo test'] },
  { name: 'a Makefile', files: { Makefile: 'test:\n\ttrue\n' }, commands: ['make test'] },
  {
    name: 'a part in a subfolder',
    files: { 'web app/package.json': json({ scripts: { test: 'jest' } }) },
    commands: ["cd 'web app' && npm test"],
  },
  { name: 'dependencies only', files: { 'node_modules/x/package.json': json({ scripts: { test: 'jest' } }) }, commands: [] },
  { name: 'a broken package.json', files: { 'package.json': '{' }, commands: [] },
];

test.each(PROJECTS)('the checks of $name are found', ({ files, commands }) =>
  withTempDir(async (dir) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await writeFile(join(dir, name), content);
    }
    expect((await findChecks(dir)).map(({ command }) => command)).toEqual(commands);
  }),
);

const OUTPUTS: readonly [string, string, number | null, number | null][] = [
  ['node tap', '# tests 3\n# pass 2\n# fail 1\n', 2, 1],
  ['node spec', 'ℹ tests 1\nℹ pass 1\nℹ fail 0\n', 1, 0],
  ['jest', 'Test Suites: 1 failed, 1 total\nTests:       1 failed, 2 passed, 3 total\n', 2, 1],
  ['vitest', ' Test Files  1 passed (1)\n      Tests  1 failed | 3 passed (4)\n', 3, 1],
  ['mocha', '  3 passing (5ms)\n  1 failing\n', 3, 1],
  ['pytest quiet', '.F\n1 failed, 1 passed in 0.02s\n', 1, 1],
  ['pytest without tests', '\nno tests ran in 0.00s\n', 0, 0],
  ['unittest', 'Ran 3 tests in 0.001s\n\nFAILED (failures=1, errors=1)\n', 1, 2],
  ['unittest without tests', 'Ran 0 tests in 0.000s\n\nOK\n', 0, 0],
  ['go', '--- PASS: TestA (0.00s)\nok  \tx\t0.1s\n', 1, 0],
  ['go without -v', 'ok  \tx\t0.1s\nok  \ty\t0.1s\n', 2, 0],
  ['go without tests', '?   \tx\t[no test files]\n', 0, 0],
  ['cargo', 'test result: ok. 2 passed; 0 failed; 0 ignored\ntest result: ok. 1 passed; 0 failed;\n', 3, 0],
  ['tap', 'TAP version 13\nok 1 - a\nnot ok 2 - b\n1..2\n', 1, 1],
  ['anything else', 'done, 3 passed the exam\n', null, null],
];

test.each(OUTPUTS)('counts are read from %s', (_runner, output, passed, failed) => {
  expect(readTestCounts(output)).toEqual({ passed, failed });
});

const diff = { files: [], insertions: 0, deletions: 0 };
const check = (kind: FoundCheck['kind'], command: string): FoundCheck => ({ kind, command });
const proveWith = (results: Record<string, { exitCode: number | null; output: string }>, kinds: Record<string, FoundCheck['kind']> = {}) =>
  prove({
    checks: Object.keys(results).map((command) => check(kinds[command] ?? 'test', command)),
    diff,
    run: async ({ command }) => ({ exitCode: 1, output: '', ...results[command], durationMs: 1 }),
  });

test('green tests verify, and only with a green format check is the code called formatted', async () => {
  const green = { exitCode: 0, output: '# pass 4\n# fail 0\n' };
  expect((await proveWith({ t: green })).proof).toMatchObject({ verdict: 'VERIFIED', sentence: 'All 4 tests passed.' });
  const { proof } = await proveWith({ t: green, f: { exitCode: 0, output: '' } }, { f: 'format' });
  expect(proof).toMatchObject({ verdict: 'VERIFIED', sentence: 'All tests passed, code formatted and ready.' });
});

test('nothing to run, no tests run, and tests nobody counted prove nothing', async () => {
  for (const results of [
    {},
    { t: { exitCode: 0, output: 'Ran 0 tests in 0.000s\n\nOK\n' } },
    { t: { exitCode: 5, output: 'no tests ran in 0.00s' } },
    { t: { exitCode: 0, output: 'ok then' } },
  ]) {
    expect((await proveWith(results)).proof).toMatchObject({ verdict: 'UNVERIFIED', sentence: 'Done, but nothing could be verified.' });
  }
});

test('a red check refutes whatever else is green, and its output is for the model', async () => {
  const { proof, failures } = await proveWith(
    { t: { exitCode: 0, output: '# pass 4\n# fail 0\n' }, l: { exitCode: 1, output: 'no-unused-vars' } },
    { l: 'lint' },
  );
  expect(proof.verdict).toBe('REFUTED');
  expect(failures).toContain('no-unused-vars');
  expect((await proveWith({ t: { exitCode: null, output: '' } })).proof.verdict).toBe('REFUTED');
  expect((await proveWith({ t: { exitCode: 0, output: '# pass 1\n# fail 1\n' } })).proof.verdict).toBe('REFUTED');
});

test('tests that were there before and were changed are named', async () => {
  const files = [
    { path: 'test_a.py', status: 'changed' as const, insertions: 1, deletions: 1, isBinary: false },
    { path: 'b.test.js', status: 'added' as const, insertions: 1, deletions: 0, isBinary: false },
    { path: 'src/testing.ts', status: 'changed' as const, insertions: 1, deletions: 0, isBinary: false },
  ];
  const { proof } = await prove({
    checks: [],
    diff: { files, insertions: 3, deletions: 1 },
    run: async () => ({ exitCode: 0, output: '', durationMs: 1 }),
  });
  expect(proof.tests_changed).toEqual(['test_a.py']);
});
