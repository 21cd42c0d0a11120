import { expect, test } from '@jest/globals';
import { classify } from './classify.js';
import { PURPOSES } from './purpose.js';

const rows = PURPOSES.flatMap(({ purpose, examples }) => examples.map((command) => [command, purpose] as const));

test.each(rows)('%s is for: %s', (command, purpose) => {
  expect(classify(command).purpose).toBe(purpose);
});

test.each([
  ['cd app && npm test', 'test'],
  ['npm run build && npm test', 'test'],
  ['npm test 2>&1 | tail -20', 'test'],
  ['CI=1 timeout 60 npx --yes jest src', 'test'],
  ['docker compose run web pytest', 'test'],
  ['./node_modules/.bin/vitest run', 'test'],
  ['echo npm test', 'read'],
  ['npm run test-data', 'run'],
  ['git commit -m "npm test"', 'git'],
  ['mkdir -p src', 'other'],
  ['npx playwright install', 'install'],
] as const)('%s is, as people would say, for: %s', (command, purpose) => {
  expect(classify(command).purpose).toBe(purpose);
});

test('what a command is for says nothing about whether it asks', () => {
  expect(classify('npm test; rm -rf src')).toMatchObject({ kind: 'destructive', purpose: 'test' });
});
