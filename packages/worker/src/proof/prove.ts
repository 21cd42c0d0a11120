// The verdict on a claim of "done": the project's checks are run, and what they said is all that counts.
import type { Check, Proof } from '@tars/core';
import type { Diff } from '../workspace/project-diff.js';
import type { CheckKind, FoundCheck } from './find-checks.js';
import { readTestCounts } from './test-counts.js';

export type Ran = { exitCode: number | null; output: string; durationMs: number };
export type Proving = { proof: Proof /** The ends of what failed, for the model to read. */; failures: string };

const FAILURE_CHARS = 6_000;
const TEST_FILE = /(^|\/)(tests?|__tests__|spec)\/|(^|\/)test_[^/]+$|[._-](test|spec)\.[^/]+$/i;

/** Runs `checks` one after the other; tests decide, other kinds can only refute or add. */
export async function prove(options: {
  checks: readonly FoundCheck[];
  diff: Diff;
  run: (check: FoundCheck) => Promise<Ran>;
}): Promise<Proving> {
  const { checks, diff, run } = options;
  const results: Result[] = [];
  for (const found of checks) {
    const ran = await run(found);
    const { passed, failed } = found.kind === 'test' ? readTestCounts(ran.output) : { passed: null, failed: null };
    const check = { command: found.command, exit_code: ran.exitCode, passed, failed, duration_ms: Math.round(ran.durationMs) };
    results.push({ kind: found.kind, check, output: ran.output });
  }
  const red = results.filter((result) => isRed(result));
  const tested = results.some(({ kind, check }) => kind === 'test' && check.passed !== null && check.passed > 0);
  const verdict = red.length > 0 ? 'REFUTED' : tested ? 'VERIFIED' : 'UNVERIFIED';
  const proof: Proof = {
    verdict,
    checks: results.map(({ check }) => check),
    tests_changed: diff.files.filter(({ path, status }) => status !== 'added' && TEST_FILE.test(path)).map(({ path }) => path),
    diff: { files: diff.files.length, insertions: diff.insertions, deletions: diff.deletions },
    sentence: sentence(verdict, results),
  };
  const failures = red.map(
    ({ check, output }) => `$ ${check.command}\nexit code ${check.exit_code ?? 'none'}\n${output.slice(-FAILURE_CHARS)}`,
  );
  return { proof, failures: failures.join('\n\n') };
}

type Result = { kind: CheckKind; check: Check; output: string };

/** pytest exits with 5, and node with 0, where there is no test at all: nothing was found wrong, and nothing proved. */
const NO_TESTS_COLLECTED = 5;
const isRed = ({ kind, check }: Result): boolean => {
  const nothingRan = kind === 'test' && check.passed === 0 && check.failed === 0;
  if (nothingRan && check.exit_code === NO_TESTS_COLLECTED) return false;
  return check.exit_code !== 0 || (check.failed ?? 0) > 0;
};

/** What may be said of it, and nothing beyond. */
function sentence(verdict: Proof['verdict'], results: readonly Result[]): string {
  const tests = results.filter(({ kind }) => kind === 'test');
  const total = (of: 'passed' | 'failed') => tests.reduce((sum, { check }) => sum + (check[of] ?? 0), 0);
  if (verdict === 'VERIFIED') {
    if (results.some(({ kind }) => kind === 'format')) return 'All tests passed, code formatted and ready.';
    const passed = total('passed');
    const others = results.filter(({ kind }) => kind !== 'test').map(({ kind }) => kind);
    const also = others.length === 0 ? '' : `, and so did: ${others.join(', ')}`;
    return passed === 1 ? `The one test passed${also}.` : `All ${passed} tests passed${also}.`;
  }
  if (verdict === 'UNVERIFIED') return 'Done, but nothing could be verified.';
  const failed = total('failed');
  const red = results.filter((result) => isRed(result)).map(({ check }) => check.command);
  return failed > 0 ? `${failed} of ${failed + total('passed')} tests fail.` : `This fails: ${red.join(', ')}.`;
}
