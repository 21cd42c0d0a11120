// What may be said of a proof, and nothing beyond. The first sentence stands alone where only one is said.
import type { Check, Proof } from '@tars/core';
import type { FoundCheck } from './check.js';
import type { TestCounts } from './test-counts.js';

export type Told = Pick<Proof, 'verdict' | 'tests_changed' | 'tests_own' | 'baseline' | 'doubts'> & {
  ran: readonly { found: FoundCheck; check: Check; counts: TestCounts; isRed: boolean }[];
  /** A test that could not be run. */
  untested: string | null;
  wasTested: boolean;
  /** Tests fail as they were before the task. */
  hasBrokenBefore: boolean;
};

export function proofSentence(told: Told): string {
  switch (told.verdict) {
    case 'VERIFIED':
      return verified(told);
    case 'UNVERIFIED': {
      const [first, ...more] = told.doubts ?? [];
      const why = told.untested ?? first;
      if (why === undefined) return 'Done, but nothing could be verified.';
      const rest = why === first && more.length > 0 ? ` (and ${more.length} more)` : '';
      return `Done, but not verified. Reason: ${why}${rest}.`;
    }
    case 'REFUTED':
      return refuted(told);
  }
}

function verified({ ran, tests_changed: changed, tests_own: own, baseline = [], hasBrokenBefore }: Told): string {
  const tests = ran.filter(({ found }) => found.kind === 'test');
  const total = (of: 'passed' | 'skipped') => tests.reduce((sum, { counts }) => sum + (counts[of] ?? 0), 0);
  const [passed, skipped] = [total('passed'), total('skipped')];
  const green = ran.filter(({ found, check }) => found.kind !== 'test' && check.exit_code === 0);
  if (skipped === 0 && green.some(({ found }) => found.isFormatter)) return 'All tests passed, code formatted and ready.';
  const also = [...new Set(green.filter(({ found }) => found.isCustom !== true).map(({ found }) => found.kind))];
  const others = also.length === 0 ? '' : `, and so did: ${also.join(', ')}`;
  const base =
    passed === 0
      ? `${tests.map(({ check }) => check.command).join(', ')} passed`
      : skipped > 0
        ? `${passed} ${passed === 1 ? 'test' : 'tests'} passed, ${skipped} ${skipped === 1 ? 'was' : 'were'} skipped`
        : passed === 1
          ? 'The one test passed'
          : `All ${passed} tests passed`;
  const them = passed === 1 ? 'it was' : 'they were';
  if (own) return `${base}${others}; ${passed === 0 ? 'the tests were' : them} written by this task.`;
  if (hasBrokenBefore)
    return `${base}${others}; this task changed ${changed.length === 1 ? 'a test file' : `${changed.length} test files`}, which fails as it was.`;
  if (baseline.length > 0) return `${base}${others}, also as ${passed === 0 ? 'the tests were' : them} before this task.`;
  return `${base}${others}.`;
}

function refuted({ ran, baseline = [] }: Told): string {
  const red = ran.filter(({ isRed }) => isRed);
  if (red.length === 0) {
    const [failed, passed] = (['failed', 'passed'] as const).map((of) => baseline.reduce((sum, check) => sum + (check[of] ?? 0), 0));
    const how = (failed ?? 0) > 0 ? `${failed} of ${(failed ?? 0) + (passed ?? 0)} fail` : 'they fail';
    return `The tests were changed, and as they were before this task ${how}.`;
  }
  const tests = red.filter(({ found }) => found.kind === 'test');
  const all = ran.filter(({ found }) => found.kind === 'test');
  const failed = tests.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  const passed = all.reduce((sum, { counts }) => sum + (counts.passed ?? 0), 0);
  if (failed > 0) return `${failed} of ${failed + passed} tests fail.`;
  return `This fails: ${red.map(({ check }) => check.command).join(', ')}.`;
}
