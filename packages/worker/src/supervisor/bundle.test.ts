// What the worker's one file is made of, as its bundler tells it.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const inDist = (name: string): URL => new URL(`../../dist/${name}`, `file://${__filename}`);
type Made = { 'worker.mjs': { inputs: { [file: string]: { bytesInOutput: number } } } };
const { inputs } = (JSON.parse(readFileSync(inDist('worker.meta.json'), 'utf8')) as Made)['worker.mjs'];
const files = Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0);
const holds = (part: string): boolean => files.some((file) => file.includes(part));

test('the worker is one file of its own and all it loads, without what only its runners need', () => {
  expect(['/@anthropic-ai/sdk/', '/hono/', 'src/runner/loop.ts', 'src/tools/', 'src/prompt/'].filter(holds)).toEqual([]);
  // The names are those that the bundler uses.
  for (const part of ['/@redis/client/', '/bee-queue/', '/winston/', 'src/supervisor/', '/core/src/'])
    expect([part, holds(part)]).toEqual([part, true]);
});

test('nothing in it looks for files beside itself, where a bundle has none', () => {
  expect(readFileSync(inDist('worker.mjs'), 'utf8').match(/\w+\((?:[^()'"`]*, )?__dirname\b(?! \+ ')/g)).toBeNull();
});
