import { expect, test } from '@jest/globals';
import { readScript, thrownAway } from './test-script.js';

test.each([
  ['jest', 'jest'],
  ['cross-env CI=1 npx jest --ci', 'jest'],
  ['c8 mocha -r x', 'mocha'],
  ['node --import tsx --test src/*.test.ts', 'node'],
  ['node --experimental-vm-modules node_modules/jest/bin/jest.js', 'jest'],
  ['npm run build && npm run unit', 'vitest'],
  ['bash -c "pytest -q"', 'pytest'],
  ['node test.js', 'own'],
  ['node jest.js', 'own'],
  ['echo jest', 'own'],
])('%j runs %s', (script, runner) => {
  expect(readScript(script, { unit: 'vitest run', build: 'tsc' })).toEqual({ runner, flaw: null });
});

test.each([
  ["echo '# pass 12'", 'it prints a result of its own'],
  ["jest; echo 'Tests: 12 passed, 12 total'", 'it prints a result of its own'],
  ['npm run fake', 'it prints a result of its own'],
  ['jest || true', 'its exit code is thrown away by `|| true`'],
  ['mocha; exit 0', 'its exit code is thrown away by `; exit 0`'],
  ['set +e; pytest', 'its exit code is thrown away by `set +e`'],
  ['jest | tee out.txt', 'its exit code is thrown away by `| tee`'],
])('%j proves nothing', (script, flaw) => {
  expect(readScript(script, { fake: "printf '3 passed'" }).flaw).toBe(flaw);
});

test.each([
  'a && b',
  'tsc; jest',
  'jest || exit 1',
  'set -o pipefail; jest | tee x',
  'cd a && mocha "x; exit 0"',
  'if x; then jest; fi',
  'jest 2>&1',
])('the exit code of %j counts', (line) => {
  expect(thrownAway(line)).toBeNull();
});
