// One run of jest over the whole house, counted from jest's own record of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readJson } from '../workspace.mjs';

/** Jest has written its record and still does not end: a test left a socket, a timer or a child behind. */
const LINGER_MS = 10_000;

/**
 * Runs jest with `args`. Resolves to `{ passed, failed, skipped, complaints }`: `skipped` lists the tests by name,
 * `complaints` what went wrong outside of any test. A test file that could not run counts as one failure.
 */
export async function runJest(args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'tars-jest-'));
  const record = join(folder, 'record.json');
  try {
    // Jest reports on stderr; its one line on stdout says where the record is.
    const child = spawn(join(ROOT, 'node_modules/.bin/jest'), ['--maxWorkers=2', '--json', `--outputFile=${record}`, ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const lingered = endIfLingering(child, record);
    const [code, signal] = await once(child, 'close');
    if (!existsSync(record)) {
      return { passed: 0, failed: 1, skipped: [], complaints: [`jest ended with ${signal ?? code} before it recorded anything`] };
    }
    return count(readJson(record), lingered());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills a jest that has nothing left to do; the returned function says whether it had to. */
function endIfLingering(child, record) {
  let recordedAt = null;
  let killed = false;
  const timer = setInterval(() => {
    if (recordedAt === null) recordedAt = existsSync(record) ? Date.now() : null;
    else if (Date.now() - recordedAt > LINGER_MS) killed = child.kill('SIGKILL') || killed;
  }, 500);
  child.once('close', () => clearInterval(timer));
  return () => killed;
}

function count({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }, lingered) {
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  );
  const complaints = lingered ? ['jest did not end by itself: a test leaves something open'] : [];
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites + complaints.length, skipped, complaints };
}
