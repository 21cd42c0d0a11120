// What each file of the bundled command is made of, and what it loads at once, as the bundler tells it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

type Made = { [file: string]: { inputs: { [source: string]: { bytesInOutput: number } }; loads: string[] } };

const FOLDER = join(import.meta.dirname, '../../dist/tars');
const made = JSON.parse(readFileSync(join(FOLDER, 'meta.json'), 'utf8')) as Made;

/** All that is loaded before the first line of this file runs. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const other of made[file]?.loads ?? []) loadedWith(other, known);
  return known;
}
const sourcesOf = (file: string): string[] =>
  [...loadedWith(file)].flatMap((one) =>
    Object.entries(made[one]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) => (bytesInOutput > 0 ? [source] : [])),
  );
const fileOf = (source: string): string => {
  const file = Object.keys(made).find((one) => one.startsWith(`${source}-`));
  if (file === undefined) throw new Error(`There is no file for ${source}.`);
  return file;
};
const held = (sources: string[], parts: string[]): string[] => parts.filter((part) => sources.some((source) => source.includes(part)));

const HEAVY = ['/@redis/', '/bee-queue/', '/winston/', '/hono/', '/api/src/', '/@modelcontextprotocol/', '/@opentelemetry/'];

test('a command that needs none of it loads no Redis client, no log, no api and no settings', () => {
  const sources = sourcesOf('main.mjs');
  expect(held(sources, [...HEAVY, '/valibot/', '/core/src/env/'])).toEqual([]);
  expect(held(sources, ['src/cli/main.ts', 'src/cli/commands.ts'])).toHaveLength(2);
  expect(held(sourcesOf(fileOf('classify')), HEAVY)).toEqual([]);
});

test('up and run begin worker and Redis with next to nothing loaded', () => {
  for (const command of ['up', 'run']) {
    const sources = sourcesOf(fileOf(command));
    expect(held(sources, [...HEAVY, '/core/src/redis/connect.ts', '/notifier/src/'])).toEqual([]);
    expect(held(sources, ['src/embed/ahead.ts', '/core/src/redis/private-redis.ts'])).toHaveLength(2);
  }
});

test('what runs the house loads no model client, no terminal, and no MCP before somebody asks for it', () => {
  const sources = sourcesOf(fileOf('do-task'));
  expect(held(sources, ['/@anthropic-ai/', '/@modelcontextprotocol/', 'node-pty', '/worker/src/', '/api/src/openapi/'])).toEqual([]);
  expect(held(sources, ['/@redis/client/', '/notifier/src/'])).toHaveLength(2);
});

test('nothing in it looks for files beside itself, where a bundle has none', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.mjs'));
  expect(files.filter((name) => /\w+\((?:[^()'"`]*, )?__dirname\b(?! \+ ')/.test(readFileSync(join(FOLDER, name), 'utf8')))).toEqual([]);
});
