// The project's own checks, found from its files: what its contributors would run, in the order they would run it.
import { join } from 'node:path';
import { quoted } from '../shell/command-loop.js';
import type { Finder, FoundCheck } from './check.js';
import { dotnet, go, jvm, rust } from './finders/compiled.js';
import { make } from './finders/make.js';
import { node } from './finders/node.js';
import { python } from './finders/python.js';
import { php, ruby } from './finders/scripted.js';
import { type Folder, lookAt, NOT_A_PART } from './folder.js';

export type { CheckKind, FoundCheck } from './check.js';

const FINDERS: readonly Finder[] = [node, python, go, rust, jvm, dotnet, ruby, php, make];

/** Those of its root; where that has no tests, those of the folders in it too. */
export async function findChecks(projectDir: string): Promise<FoundCheck[]> {
  const root = await lookAt(projectDir);
  const own = await checksOf(root);
  if (own.some(({ kind }) => kind === 'test')) return own;
  const folders = [...root.names].filter((name) => !NOT_A_PART.test(name)).sort();
  const below = await Promise.all(folders.map(async (name) => within(name, await checksOf(await lookAt(join(projectDir, name))))));
  return [...own, ...below.flat()];
}

const within = (name: string, checks: readonly FoundCheck[]): FoundCheck[] =>
  checks.map((check) => ({ ...check, command: `cd ${quoted(name)} && ${check.command}` }));

async function checksOf(folder: Folder): Promise<FoundCheck[]> {
  const found = await Promise.all(FINDERS.map((finder) => finder(folder)));
  const checks = found.flat();
  // Tests first: they decide.
  return [...checks.filter(({ kind }) => kind === 'test'), ...checks.filter(({ kind }) => kind !== 'test')];
}
