// Every check and every test of the house; the last line counts them. Arguments go to jest: `npm test -- packages/core`.
import { randomUUID } from 'node:crypto';
import { runChecks } from './checks/checks.mjs';
import { runJest } from './testing/jest.mjs';
import { leftovers, markedEnvironment } from './testing/leftovers.mjs';

const SHOWN = 20;
const requireAll = process.env.TARS_REQUIRE_ALL === '1';

const run = randomUUID();
const checks = await runChecks(console.log);
const tests = await runJest(process.argv.slice(2), markedEnvironment(process.env, run));
for (const complaint of tests.complaints) console.log(`FAIL ${complaint}`);
const ending = lookForLeftovers();

if (tests.skipped.length > 0) {
  console.log(requireAll ? 'FAIL skipped, though every test must run here:' : 'Skipped:');
  for (const name of tests.skipped.slice(0, SHOWN)) console.log(`  ${name}`);
  if (tests.skipped.length > SHOWN) console.log(`  … and ${tests.skipped.length - SHOWN} more`);
}

const passed = checks.passed + tests.passed + ending.passed;
const failed = checks.failed + tests.failed + ending.failed;
process.exitCode = failed > 0 || (requireAll && tests.skipped.length > 0) ? 1 : 0;
console.log(`${passed} passed, ${failed} failed, ${tests.skipped.length} skipped`);

/** No test may leave a process behind; what did is ended, so that one bad run does not spoil the next. */
function lookForLeftovers() {
  const left = leftovers(run);
  if (left === null) return { passed: 0, failed: 0 };
  for (const { pid } of left) end(pid);
  console.log(
    left.length === 0
      ? 'ok   no process left behind'
      : `FAIL left behind:\n${left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n')}`,
  );
  return left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It may have ended by itself meanwhile.
    if (error.code !== 'ESRCH') throw error;
  }
}
