import { expect, test } from '@jest/globals';
import { readTestCounts } from './test-counts.js';

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
  ['ctest', '100% tests passed, 0 tests failed out of 3\n', 3, 0],
  [
    'maven',
    '[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s\n[WARN] Tests run: 4, Failures: 1, Errors: 0, Skipped: 1\n',
    2,
    1,
  ],
  ['.NET', 'Passed!  - Failed:     0, Passed:     3, Skipped:     1, Total:     4, Duration: 1 s - a.dll\n', 3, 0],
  ['rspec', '3 examples, 1 failure, 1 pending\n', 1, 1],
  ['minitest', '3 runs, 5 assertions, 0 failures, 1 errors, 1 skips\n', 1, 1],
  ['phpunit', 'OK (3 tests, 5 assertions)\n', 3, 0],
  ['phpunit with failures', 'Tests: 3, Assertions: 5, Failures: 1, Skipped: 1.\n', 1, 1],
  ['pest', '  Tests:    1 failed, 2 passed (3 assertions)\n', 2, 1],
  ['anything else', 'done, 3 passed the exam\n', null, null],
];

test.each(OUTPUTS)('counts are read from %s', (_runner, output, passed, failed) => {
  expect(readTestCounts(output)).toMatchObject({ passed, failed });
});

test.each([
  ['ava', '  2 tests passed\n  1 test failed\n  1 test skipped\n', 2, 1],
  ['deno', 'ok | 2 passed | 0 failed | 1 ignored (5ms)\n', 2, 0],
  ['playwright', '  1 failed\n    a.spec.ts:3:1 › adds\n  2 passed (1.2s)\n', 2, 1],
  ['bun', ' 2 pass\n 1 skip\n 1 fail\nRan 4 tests across 1 file.\n', 2, 1],
] as const)('counts are read from %s where it is known to be the runner', (runner, output, passed, failed) => {
  expect(readTestCounts(output, runner)).toMatchObject({ passed, failed });
});

test('where the runner is known only its words count, whatever the tests print', () => {
  const output = '# pass 12\n# fail 0\n1 failed, 1 passed in 0.02s\n';
  expect(readTestCounts(output, 'pytest')).toMatchObject({ passed: 1, failed: 1 });
  expect(readTestCounts('# pass 12\n', 'jest')).toMatchObject({ passed: null });
});

test('a test that is skipped is not one that passed', () => {
  expect(readTestCounts('Tests:       2 skipped, 1 passed, 3 total\n')).toMatchObject({ passed: 1, failed: 0, skipped: 2 });
  expect(readTestCounts('--- SKIP: TestA (0.00s)\nok  \tx\t0.1s\n', 'go -v')).toMatchObject({ passed: 0, failed: 0, skipped: 1 });
  expect(readTestCounts('Ran 2 tests in 0.1s\n\nOK (skipped=2)\n')).toMatchObject({ passed: 0, skipped: 2 });
});

test('with every test named, a package that ends well without one has none that passed', () => {
  expect(readTestCounts('ok  \tx\t0.1s\n', 'go -v')).toMatchObject({ passed: 0, failed: 0 });
});

test('counts of classes that gradle leaves in files are added up', () => {
  const suites =
    '<testsuite name="a" tests="2" skipped="0" failures="1" errors="0">\n<testsuite name="b" tests="3" skipped="1" failures="0" errors="0">\n';
  expect(readTestCounts(suites, 'gradle')).toMatchObject({ passed: 3, failed: 1, skipped: 1 });
});

test('a runner that counts assertions tells of tests that make none', () => {
  expect(readTestCounts('2 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n')).toMatchObject({ passed: 2, assertions: 0 });
});
