// The verdict on a claim of "done": the project's checks are run, and what they said is all that counts, as far as it can be believed.
import { type Baseline, type Check, type Proof, shown } from '@tars/core';
import type { Diff } from '../workspace/project-diff.js';
import { type Overlay, testsAsBefore, testsMadeToFail } from './as-before.js';
import type { FoundCheck } from './check.js';
import { type Examined, examine, type Sides } from './examine.js';
import { proofSentence } from './sentence.js';
import { type Runner, readTestCounts, type TestCounts } from './test-counts.js';

export type Ran = { exitCode: number | null; output: string; durationMs: number };

/** The project laid out elsewhere, as `of` tells. */
export type Apart = {
  find(): Promise<readonly FoundCheck[]>;
  /** `wanted`: the exit code is turned round where a failure is. */
  run(command: string, reason: string, wanted?: 'success' | 'failure'): Promise<Ran>;
};

export type ProveOptions = {
  checks: readonly FoundCheck[];
  diff: Diff;
  sides: Sides;
  /** The owner asked for what makes old tests fail. */
  mayChangeTests: boolean;
  /** Whether this much of the task's work time is left. */
  hasTimeFor: (ms: number) => boolean;
  run: (check: FoundCheck) => Promise<Ran>;
  layOut: (of: 'first' | 'now', overlay: Overlay) => Promise<Apart>;
};

export type Proving = {
  proof: Proof;
  /** The ends of what failed, for the model to read. */
  failures: string;
};

const FAILURE_CHARS = 6_000;
const NO_TIME = 'no time was left to run the tests as they were before the task';
const NOTHING: Overlay = { removed: [], written: new Map() };

/** Runs `checks` one after the other; tests decide, other kinds can only refute or add. */
export async function prove(options: ProveOptions): Promise<Proving> {
  const { checks, diff, run } = options;
  const examined = await examine(options.sides);
  const results: Result[] = [];
  const notRun = checks.flatMap(({ command, missing }) => (missing === undefined ? [] : [`${command} was not run: ${missing}`]));
  let untested = checks.some(({ kind, missing }) => kind === 'test' && missing !== undefined);
  const doubts: string[] = [];
  for (const found of checks) {
    if (found.missing !== undefined) continue;
    const result = resultOf(found, await run(found));
    const absent = absentIn(result);
    if (absent === null) results.push(result);
    else {
      notRun.push(`${found.command} was not run: ${absent}`);
      if (found.kind !== 'test') continue;
      untested = true;
      doubts.push(notRun.at(-1) ?? '');
    }
  }

  const red = results.filter((result) => isRed(result) && result.found.isCustom !== true);
  const old = red.every(({ found }) => found.kind !== 'test') ? await redBefore(options, red) : new Set<Result>();
  const refuting = red.filter((result) => !old.has(result));
  const baseline: Baseline[] = [];
  const broken: Result[] = [];
  if (refuting.length === 0) {
    const tests = results.filter(({ found }) => found.kind === 'test');
    doubts.push(...(await doubtsOf(options, examined, tests)));
    if (examined.hadTests && examined.changed.length > 0) {
      const spentMs = tests.reduce((sum, { check }) => sum + check.duration_ms, 0);
      // Once with the old tests and, where they fail, once without.
      const before = options.hasTimeFor(2 * spentMs) ? await runAsBefore(options) : { ran: [], cannot: NO_TIME };
      baseline.push(...before.ran.map(({ check: { command, exit_code, passed, failed } }) => ({ command, exit_code, passed, failed })));
      if (before.cannot !== null && !options.mayChangeTests) doubts.push(before.cannot);
      broken.push(...before.ran.filter(isRed));
    }
    doubts.push(...examined.doubts, ...(options.mayChangeTests ? [] : examined.lost));
  }
  const refutedBefore = broken.length > 0 && !options.mayChangeTests;
  const passed = (result: Result): boolean =>
    result.found.kind === 'test' && !isRed(result) && (result.counts.passed === null ? result.isBelieved : result.counts.passed > 0);
  const isTested = results.some(passed) && examined.tests.size > 0 && !untested;
  const verdict = refuting.length > 0 || refutedBefore ? 'REFUTED' : isTested && doubts.length === 0 ? 'VERIFIED' : 'UNVERIFIED';
  const said = doubts.map(shown);
  const proof: Omit<Proof, 'sentence'> = {
    verdict,
    checks: results.map(({ check }) => check),
    tests_changed: examined.changed,
    tests_weakened: examined.weakened.map(shown),
    tests_own: !examined.hadTests && examined.tests.size > 0,
    baseline,
    not_run: notRun.map(shown),
    doubts: said,
    diff: { files: diff.files.length, insertions: diff.insertions, deletions: diff.deletions },
  };
  const sentence = proofSentence({
    ...proof,
    untested: untested ? (proof.not_run?.[0] ?? null) : null,
    wasTested: results.some(passed),
    hasBrokenBefore: broken.length > 0,
    ran: results
      .filter((result) => !old.has(result))
      .map(({ found, check, counts }) => ({ found, check, counts, isRed: refuting.some((one) => one.check === check) })),
  });
  return { proof: { ...proof, sentence }, failures: failuresOf(refuting, refutedBefore ? broken : []) };
}

type Result = {
  found: FoundCheck;
  check: Check;
  counts: TestCounts;
  output: string /** Though it names no count, it was seen to fail where it should. */;
  isBelieved: boolean;
};

function resultOf(found: FoundCheck, { exitCode, output, durationMs }: Ran): Result {
  const runner = found.runner === 'own' ? undefined : found.runner;
  const counts: TestCounts =
    found.kind === 'test' ? readTestCounts(output, runner) : { passed: null, failed: null, skipped: 0, assertions: null };
  const { passed, failed } = counts;
  const check = { command: found.command, exit_code: exitCode, passed, failed, duration_ms: Math.round(durationMs) };
  return { found, check, counts, output, isBelieved: false };
}

/** What runners say where there is no test at all: nothing was found wrong, and nothing proved. */
const NO_TESTS = /\bno tests? (?:files? )?(?:ran|found|executed|collected)\b|\bno test files?\b|\bno test specified\b/i;
/** pytest, and unittest of later versions. */
const NO_TESTS_COLLECTED = 5;

function isRed({ found, check, counts, output }: Result): boolean {
  const noneRan = found.kind === 'test' && (counts.passed ?? 0) === 0 && (counts.failed ?? 0) === 0;
  if (noneRan && (check.exit_code === NO_TESTS_COLLECTED || NO_TESTS.test(output.slice(-FAILURE_CHARS)))) return false;
  return check.exit_code !== 0 || (counts.failed ?? 0) > 0;
}

const COMMAND_NOT_FOUND = 127;

/** The program that a check needs and the machine, or the project, lacks. */
function absentIn({ found, check, counts, output }: Result): string | null {
  if (check.exit_code === 0 || counts.passed !== null) return null;
  const module = /No module named '?"?(pytest|mypy|ruff|black|flake8)\b/.exec(output)?.[1];
  if (module !== undefined && found.command.includes(module)) return `${module} is not installed`;
  if (check.exit_code !== COMMAND_NOT_FOUND) return null;
  const program = /(?:^|[\s:])([\w./@-]+): (?:command )?not found/m.exec(output)?.[1];
  return `${program ?? 'its program'} is not installed`;
}

/** Of checks that are red now, those that were so before the task. */
async function redBefore({ layOut }: ProveOptions, red: readonly Result[]): Promise<Set<Result>> {
  const old = new Set<Result>();
  if (red.length === 0) return old;
  const apart = await layOut('first', NOTHING);
  for (const result of red) {
    const { exitCode } = await apart.run(result.found.command, 'see whether it failed before the task');
    if (exitCode !== null && exitCode !== 0) old.add(result);
  }
  return old;
}

/** What they cannot compile fails before a test is run: that they can fail shows nothing. All of them name what ran. */
const COMPILED: ReadonlySet<string> = new Set<Runner>(['maven', 'gradle', 'dotnet', 'cargo', 'go', 'go -v']);

/** What speaks against green tests. Those whose own words prove nothing are shown a test that must fail. */
async function doubtsOf({ layOut }: ProveOptions, { tests: files }: Examined, tests: readonly Result[]): Promise<string[]> {
  const doubts: string[] = [];
  for (const result of tests) {
    const { found, counts } = result;
    if (isRed(result)) continue;
    if (found.flaw !== undefined) {
      doubts.push(`${found.command} proves nothing: ${found.flaw}`);
      continue;
    }
    if (counts.passed === null && COMPILED.has(found.runner ?? 'own')) {
      doubts.push(`${found.command} names no test that ran`);
      continue;
    }
    if (counts.assertions === 0 && (counts.passed ?? 0) > 0) doubts.push(`${found.command} made no assertion`);
    if (counts.passed === 0) continue;
    const isUnknown = found.runner === 'own' || counts.passed === null;
    if (!isUnknown || (counts.passed === null && NO_TESTS.test(result.output.slice(-FAILURE_CHARS)))) {
      if ((counts.passed ?? 0) > 0 && files.size === 0) doubts.push(`${found.command} counts tests, but none is to be found`);
      continue;
    }
    if (files.size === 0) {
      if (counts.passed !== null) doubts.push(`${found.command} counts tests, but none is to be found`);
      continue;
    }
    const plain = await (await layOut('now', NOTHING)).run(found.command, 'see that it succeeds in a copy of the project');
    if (plain.exitCode !== 0) {
      doubts.push(`${found.command} could not be tried in a copy of the project, to see whether it can fail`);
      continue;
    }
    const { exitCode } = await (await layOut('now', testsMadeToFail(files))).run(
      found.command,
      'see that it fails where every test is made to',
      'failure',
    );
    if (exitCode === 0) result.isBelieved = true;
    else doubts.push(`${found.command} succeeds although every test was made to fail`);
  }
  return doubts;
}

/** Runs the tests as they were on what is there now. `cannot`: why that says nothing. */
async function runAsBefore({ sides, layOut }: ProveOptions): Promise<{ ran: Result[]; cannot: string | null }> {
  const overlay = await testsAsBefore(sides);
  const apart = await layOut('now', overlay);
  const checks = (await apart.find()).filter(({ kind }) => kind === 'test');
  const ran: Result[] = [];
  for (const found of checks) {
    if (found.missing !== undefined) continue;
    ran.push(resultOf(found, await apart.run(found.command, 'run the tests as they were before the task')));
  }
  const red = ran.filter(isRed);
  const none = 'the tests as they were before the task could not be run';
  if (ran.every((result) => (result.counts.passed ?? 0) === 0 && !isRed(result) && result.found.runner !== 'own'))
    return { ran: [], cannot: none };
  if (red.length === 0) return { ran, cannot: null };
  // What fails in a copy because it is a copy says nothing of the work.
  const plain = await layOut('now', NOTHING);
  for (const { found } of red) {
    const same = (await plain.find()).find(({ command }) => command === found.command);
    if (same === undefined) continue;
    if (isRed(resultOf(same, await plain.run(same.command, 'see that a copy of the project passes them'))))
      return { ran: [], cannot: none };
  }
  return { ran, cannot: null };
}

function failuresOf(red: readonly Result[], before: readonly Result[]): string {
  const told = ({ check, output }: Result) => `$ ${check.command}\nexit code ${check.exit_code ?? 'none'}\n${output.slice(-FAILURE_CHARS)}`;
  return [...red.map(told), ...before.map((result) => `With the tests as they were before the task:\n${told(result)}`)].join('\n\n');
}
