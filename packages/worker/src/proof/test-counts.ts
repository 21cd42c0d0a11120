// How many tests ran, in the test runners' own words.

export type TestCounts = {
  /** Null where the output names no count: nothing is known, which is not zero. */
  passed: number | null;
  failed: number | null;
  /** Not run although they are there. */
  skipped: number;
  /** How often something was asserted, where the runner counts that. */
  assertions: number | null;
};

type Counted = { passed: number; failed: number; skipped?: number; assertions?: number };
type Reader = (output: string) => Counted | null;

/** The last number after (or before) a word; runners repeat themselves and the end is the sum. */
const last = (output: string, pattern: RegExp): number | null => {
  const all = [...output.matchAll(pattern)];
  const found = all.at(-1)?.[1];
  return found === undefined ? null : Number(found);
};
const sum = (output: string, pattern: RegExp): number | null => {
  const all = [...output.matchAll(pattern)];
  return all.length === 0 ? null : all.reduce((total, match) => total + Number(match[1]), 0);
};
const lastLine = (output: string, pattern: RegExp): string | undefined => [...output.matchAll(pattern)].at(-1)?.[1];

/** `# pass 3` of the TAP reporter, `ℹ pass 3` of the spec reporter. */
const nodeTest: Reader = (output) => {
  const of = (word: string) => last(output, new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'gm'));
  const [passed, failed] = [of('pass'), of('fail')];
  if (passed === null && failed === null) return null;
  return { passed: passed ?? 0, failed: (failed ?? 0) + (of('cancelled') ?? 0), skipped: (of('skipped') ?? 0) + (of('todo') ?? 0) };
};

/** `Tests:  1 failed, 3 passed, 4 total`. */
const jestSummary: Reader = (output) => {
  const line = lastLine(output, /^Tests:\s+(.*total.*)$/gm);
  return line === undefined ? null : wordCounts(line);
};

/** `1 failed, 3 passed, 2 skipped, 1 todo`. */
const wordCounts = (line: string): Counted => ({
  passed: last(line, /(\d+) passed/g) ?? 0,
  failed: last(line, /(\d+) failed/g) ?? 0,
  skipped: (last(line, /(\d+) skipped/g) ?? 0) + (last(line, /(\d+) todo/g) ?? 0),
});

/** `      Tests  1 failed | 3 passed (4)`. */
const vitest: Reader = (output) => {
  const line = lastLine(output, /^\s*Tests\s+(.*\(\d+\).*)$/gm);
  return line === undefined ? null : wordCounts(line);
};

/** `  3 passing (5ms)`, `  1 failing`, `  2 pending`. */
const mocha: Reader = (output) => {
  const of = (word: string) => last(output, new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'));
  const [passed, failed] = [of('passing'), of('failing')];
  return passed === null && failed === null ? null : { passed: passed ?? 0, failed: failed ?? 0, skipped: of('pending') ?? 0 };
};

/** `  3 tests passed`, `  1 test failed`. */
const ava: Reader = (output) => {
  const [passed, failed] = [last(output, /^\s*(\d+) tests? passed/gm), last(output, /^\s*(\d+) tests? failed/gm)];
  return passed === null && failed === null
    ? null
    : { passed: passed ?? 0, failed: failed ?? 0, skipped: last(output, /^\s*(\d+) tests? skipped/gm) ?? 0 };
};

/** `  3 passed (1.2s)`, `  1 failed`. */
const playwright: Reader = (output) => {
  const [passed, failed] = [last(output, /^\s+(\d+) passed \(/gm), last(output, /^\s+(\d+) failed$/gm)];
  return passed === null && failed === null
    ? null
    : { passed: passed ?? 0, failed: failed ?? 0, skipped: last(output, /^\s+(\d+) skipped$/gm) ?? 0 };
};

/** ` 3 pass`, ` 1 fail`. */
const bun: Reader = (output) => {
  const [passed, failed] = [last(output, /^\s*(\d+) pass$/gm), last(output, /^\s*(\d+) fail$/gm)];
  return passed === null && failed === null
    ? null
    : { passed: passed ?? 0, failed: failed ?? 0, skipped: last(output, /^\s*(\d+) skip$/gm) ?? 0 };
};

/** `ok | 3 passed | 0 failed (5ms)`. */
const deno: Reader = (output) => {
  const line = lastLine(output, /^(?:ok|FAILED) \| (.*)$/gm);
  return line === undefined ? null : { ...wordCounts(line), skipped: last(line, /(\d+) ignored/g) ?? 0 };
};

/** `== 1 failed, 3 passed in 0.1s ==`, `no tests ran in 0.00s`. */
const pytest: Reader = (output) => {
  const line = lastLine(output, /^(?:=+ )?((?:\d+ \w+(?:, )?)+ in [\d.]+s|no tests (?:ran|collected).*)/gm);
  if (line === undefined) return null;
  const counted = wordCounts(line);
  return {
    ...counted,
    failed: counted.failed + (last(line, /(\d+) errors?\b/g) ?? 0),
    skipped: (counted.skipped ?? 0) + (last(line, /(\d+) xfailed/g) ?? 0),
  };
};

/** `Ran 3 tests in 0.001s`, then `OK` or `FAILED (failures=1, errors=1)`. */
const unittest: Reader = (output) => {
  const ran = last(output, /^Ran (\d+) tests? in /gm);
  if (ran === null) return null;
  const result = lastLine(output, /^FAILED \((.*)\)$/gm) ?? '';
  const failed =
    (last(result, /(?<!expected )failures=(\d+)/g) ?? 0) +
    (last(result, /errors=(\d+)/g) ?? 0) +
    (last(result, /unexpected successes=(\d+)/g) ?? 0);
  const skipped =
    (last(output, /^(?:OK|FAILED) \(.*?skipped=(\d+)/gm) ?? 0) + (last(output, /^(?:OK|FAILED) \(.*?expected failures=(\d+)/gm) ?? 0);
  return { passed: Math.max(0, ran - failed - skipped), failed, skipped };
};

/** `--- PASS: TestX` with -v; without it only `ok  pkg 0.1s`, which counts packages that hold tests. */
const goTest: Reader = (output) => {
  const named = goVerbose(output);
  if (named === null || named.passed + named.failed + (named.skipped ?? 0) > 0) return named;
  return {
    passed: [...output.matchAll(/^ok\s+\S+\s+(?!.*\[no tests to run\])/gm)].length,
    failed: [...output.matchAll(/^FAIL\s+\S+/gm)].length,
  };
};

/** With -v every test is named: where none is, none ran. */
const goVerbose: Reader = (output) => {
  if (!/^(?:ok {2}\t|FAIL\t|\? {3}\t|--- (?:PASS|FAIL|SKIP): )/m.test(output)) return null;
  const of = (word: string) => [...output.matchAll(new RegExp(`^--- ${word}: `, 'gm'))].length;
  return { passed: of('PASS'), failed: of('FAIL'), skipped: of('SKIP') };
};

/** `test result: ok. 3 passed; 0 failed; …`, one for each binary. */
const cargo: Reader = (output) => {
  const of = (word: string) => sum(output, new RegExp(`^test result: .*?(\\d+) ${word}`, 'gm'));
  const passed = of('passed');
  return passed === null ? null : { passed, failed: of('failed') ?? 0, skipped: of('ignored') ?? 0 };
};

/** `Tests run: 3, Failures: 0, Errors: 0, Skipped: 1`; the line without a time is the sum of its module. */
const maven: Reader = (output) => {
  const lines = [...output.matchAll(/Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$/gm)];
  if (lines.length === 0) return null;
  const total = (group: number) => lines.reduce((all, line) => all + Number(line[group]), 0);
  const failed = total(2) + total(3);
  return { passed: Math.max(0, total(1) - failed - total(4)), failed, skipped: total(4) };
};

/** `<testsuite tests="3" skipped="0" failures="1" errors="0" …>`, one for each class. */
const junit: Reader = (output) => {
  const suites = [...output.matchAll(/<testsuite\s([^>]*)>/g)].map(([, attributes = '']) => attributes);
  if (suites.length === 0) return null;
  const total = (name: string) => suites.reduce((all, suite) => all + (last(suite, new RegExp(`\\b${name}="(\\d+)"`, 'g')) ?? 0), 0);
  const failed = total('failures') + total('errors');
  return { passed: Math.max(0, total('tests') - failed - total('skipped')), failed, skipped: total('skipped') };
};

/** `Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3`, one for each project. */
const dotnet: Reader = (output) => {
  const of = (word: string) => sum(output, new RegExp(`^.*!\\s+- .*\\b${word}:\\s+(\\d+)`, 'gm'));
  const passed = of('Passed');
  return passed === null ? null : { passed, failed: of('Failed') ?? 0, skipped: of('Skipped') ?? 0 };
};

/** `3 examples, 1 failure, 1 pending`. */
const rspec: Reader = (output) => {
  const line = lastLine(output, /^(\d+ examples?, \d+ failures?.*)$/gm);
  if (line === undefined) return null;
  const failed = last(line, /(\d+) failure/g) ?? 0;
  const skipped = last(line, /(\d+) pending/g) ?? 0;
  const outside = last(line, /(\d+) errors? occurred outside/g) ?? 0;
  return { passed: Math.max(0, (last(line, /(\d+) example/g) ?? 0) - failed - skipped), failed: failed + outside, skipped };
};

/** `3 runs, 5 assertions, 0 failures, 0 errors, 0 skips`; test-unit says `3 tests, …, 0 pendings, 0 omissions`. */
const minitest: Reader = (output) => {
  const line = lastLine(output, /^(\d+ (?:runs|tests), \d+ assertions.*)$/gm);
  if (line === undefined) return null;
  const of = (word: string) => last(line, new RegExp(`(\\d+) ${word}`, 'g')) ?? 0;
  const failed = of('failures') + of('errors');
  const skipped = of('skips') + of('pendings') + of('omissions');
  return { passed: Math.max(0, of('(?:runs|tests)') - failed - skipped), failed, skipped, assertions: of('assertions') };
};

/** `OK (3 tests, 5 assertions)`, or `Tests: 3, Assertions: 5, Failures: 1, Skipped: 1.` */
const phpunit: Reader = (output) => {
  const good = [...output.matchAll(/^OK \((\d+) tests?, (\d+) assertions?\)/gm)].at(-1);
  if (good !== undefined) return { passed: Number(good[1]), failed: 0, assertions: Number(good[2]) };
  if (/^No tests executed!/m.test(output)) return { passed: 0, failed: 0 };
  const line = lastLine(output, /^(Tests: \d+, Assertions: \d+.*)$/gm);
  if (line === undefined) return null;
  const of = (word: string) => last(line, new RegExp(`\\b${word}: (\\d+)`, 'g')) ?? 0;
  const failed = of('Failures') + of('Errors');
  const skipped = of('Skipped') + of('Incomplete');
  return { passed: Math.max(0, of('Tests') - failed - skipped), failed, skipped, assertions: of('Assertions') };
};

/** `  Tests:    1 failed, 2 passed (3 assertions)`. */
const pest: Reader = (output) => {
  const line = lastLine(output, /^\s*Tests:\s+(.*\(\d+ assertions?\).*)$/gm);
  return line === undefined ? null : { ...wordCounts(line), assertions: last(line, /(\d+) assertions?/g) ?? 0 };
};

/** `100% tests passed, 0 tests failed out of 3`. */
const ctest: Reader = (output) => {
  const failed = last(output, /tests passed, (\d+) tests? failed out of \d+/g);
  return failed === null ? null : { passed: (last(output, /failed out of (\d+)/g) ?? 0) - failed, failed };
};

/** Plain TAP: `ok 1 - name`, `not ok 2 - name`. */
const tap: Reader = (output) => {
  if (!/^(1\.\.\d+|TAP version \d+)$/m.test(output)) return null;
  const skipped = [...output.matchAll(/^ok\b.*#\s*(?:skip|todo)/gim)].length;
  return {
    passed: [...output.matchAll(/^ok\b/gm)].length - skipped,
    failed: [...output.matchAll(/^not ok\b(?!.*#\s*todo)/gim)].length,
    skipped,
  };
};

/** By the runner whose words they read. */
const READERS = {
  node: [nodeTest],
  jest: [jestSummary],
  vitest: [vitest],
  mocha: [mocha],
  ava: [ava, tap],
  tap: [nodeTest, tap],
  playwright: [playwright],
  bun: [bun],
  deno: [deno],
  pytest: [pytest],
  unittest: [unittest],
  go: [goTest],
  'go -v': [goVerbose],
  cargo: [cargo],
  maven: [maven],
  gradle: [junit],
  dotnet: [dotnet],
  rspec: [rspec],
  minitest: [minitest],
  phpunit: [phpunit],
  pest: [pest, phpunit],
  ctest: [ctest],
} as const satisfies Readonly<Record<string, readonly Reader[]>>;
export type Runner = keyof typeof READERS;

/** Where it is not known what ran: the surest first. */
const ANY: readonly Reader[] = [
  nodeTest,
  jestSummary,
  pest,
  vitest,
  mocha,
  cargo,
  unittest,
  pytest,
  minitest,
  rspec,
  phpunit,
  dotnet,
  maven,
  ctest,
  deno,
  tap,
  goTest,
];

/** `runner`: only its words count, whatever else the tests print. */
export function readTestCounts(output: string, runner?: Runner): TestCounts {
  for (const reader of runner === undefined ? ANY : READERS[runner]) {
    const read = reader(output);
    if (read !== null) return { skipped: 0, assertions: null, ...read };
  }
  return { passed: null, failed: null, skipped: 0, assertions: null };
}
