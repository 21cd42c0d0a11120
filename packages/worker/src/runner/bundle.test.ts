// What the runner's one file is made of, as its bundler tells it: nothing that a runner has no business with.
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const inDist = (name: string): URL => new URL(`../../dist/${name}`, `file://${__filename}`);
type Made = { 'runner.mjs': { inputs: { [file: string]: { bytesInOutput: number } } } };
const { inputs } = (JSON.parse(readFileSync(inDist('runner.meta.json'), 'utf8')) as Made)['runner.mjs'];
const files = Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0);
const holds = (part: string): boolean => files.some((file) => file.includes(part));

test('the runner holds no Redis client, no queue and no logger, and nothing of its supervisor', () => {
  const foreign = ['node_modules/redis/', '/@redis/', '/bee-queue/', '/winston/', '/core/src/env/', '/core/src/log/'];
  expect([...foreign, 'src/supervisor/', '/hono/'].filter(holds)).toEqual([]);
  // The names are those that the bundler uses.
  for (const part of ['/@anthropic-ai/sdk/', '/valibot/', 'src/runner/main.ts', '/core/src/'])
    expect([part, holds(part)]).toEqual([part, true]);
});

test('it stays small enough to be started for every task', () => {
  expect(statSync(inDist('runner.mjs')).size).toBeLessThan(3_000_000);
});
