// How many tests ran, in the test runners' own words.

/** Null where the output names no count: nothing is known, which is not zero. */
export type TestCounts = { passed: number | null; failed: number | null };

type Reader = (output: string) => TestCounts | null;

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

const counts = (passed: number | null, failed: number | null): TestCounts | null =>
  passed === null && failed === null ? null : { passed: passed ?? 0, failed: failed ?? 0 };

/** `# pass 3` of the TAP reporter, `ℹ pass 3` of the spec reporter. */
const nodeTest: Reader = (output) => counts(last(output, /^(?:#|ℹ) pass (\d+)$/gm), last(output, /^(?:#|ℹ) fail (\d+)$/gm));

/** `Tests:  1 failed, 3 passed, 4 total`. */
const jestSummary: Reader = (output) => {
  const line = [...output.matchAll(/^Tests:\s+(.*total.*)$/gm)].at(-1)?.[1];
  return line === undefined ? null : { passed: last(line, /(\d+) passed/g) ?? 0, failed: last(line, /(\d+) failed/g) ?? 0 };
};

/** `      Tests  1 failed | 3 passed (4)`. */
const vitest: Reader = (output) => {
  const line = [...output.matchAll(/^\s*Tests\s+(.*\(\d+\).*)$/gm)].at(-1)?.[1];
  return line === undefined ? null : { passed: last(line, /(\d+) passed/g) ?? 0, failed: last(line, /(\d+) failed/g) ?? 0 };
};

/** `  3 passing (5ms)`, `  1 failing`. */
const mocha: Reader = (output) => counts(last(output, /^\s*(\d+) passing\b/gm), last(output, /^\s*(\d+) failing\b/gm));

/** `== 1 failed, 3 passed in 0.1s ==`, `no tests ran in 0.00s`. */
const pytest: Reader = (output) => {
  const line = [...output.matchAll(/^(?:=+ )?((?:\d+ \w+(?:, )?)+ in [\d.]+s|no tests (?:ran|collected).*)/gm)].at(-1)?.[1];
  if (line === undefined) return null;
  return { passed: last(line, /(\d+) passed/g) ?? 0, failed: (last(line, /(\d+) failed/g) ?? 0) + (last(line, /(\d+) errors?\b/g) ?? 0) };
};

/** `Ran 3 tests in 0.001s`, then `OK` or `FAILED (failures=1, errors=1)`. */
const unittest: Reader = (output) => {
  const ran = last(output, /^Ran (\d+) tests? in /gm);
  if (ran === null) return null;
  const result = [...output.matchAll(/^FAILED \((.*)\)$/gm)].at(-1)?.[1] ?? '';
  const failed = (last(result, /failures=(\d+)/g) ?? 0) + (last(result, /errors=(\d+)/g) ?? 0);
  const skipped = last(output, /^(?:OK|FAILED) \(.*?skipped=(\d+)/gm) ?? 0;
  return { passed: Math.max(0, ran - failed - skipped), failed };
};

/** `--- PASS: TestX` with -v; without it only `ok  pkg 0.1s`, which counts packages that hold tests. */
const goTest: Reader = (output) => {
  if (!/^(ok|FAIL|---|\?)\s/m.test(output)) return null;
  const [passed, failed] = [/^\s*--- PASS: /gm, /^\s*--- FAIL: /gm].map((pattern) => [...output.matchAll(pattern)].length);
  const packages = [...output.matchAll(/^ok\s+\S+\s+(?!.*\[no tests to run\])/gm)].length;
  return { passed: passed === 0 && failed === 0 ? packages : (passed ?? 0), failed: failed ?? 0 };
};

/** `test result: ok. 3 passed; 0 failed; …`, one for each binary. */
const cargo: Reader = (output) => counts(sum(output, /^test result: .*?(\d+) passed/gm), sum(output, /^test result: .*?(\d+) failed/gm));

/** Plain TAP: `ok 1 - name`, `not ok 2 - name`. */
const tap: Reader = (output) => {
  if (!/^(1\.\.\d+|TAP version \d+)$/m.test(output)) return null;
  return { passed: [...output.matchAll(/^ok\b/gm)].length, failed: [...output.matchAll(/^not ok\b/gm)].length };
};

const READERS: readonly Reader[] = [nodeTest, jestSummary, vitest, mocha, cargo, unittest, pytest, tap, goTest];

export function readTestCounts(output: string): TestCounts {
  for (const reader of READERS) {
    const read = reader(output);
    if (read !== null) return read;
  }
  return { passed: null, failed: null };
}
