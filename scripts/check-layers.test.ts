import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const HOUSE = join(__dirname, '..');
const GENERATED = ['node_modules', 'dist', '.turbo', 'coverage'];
let copy = '';

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'tars-layers-'));
  for (const part of ['package.json', 'pnpm-workspace.yaml', 'packages', 'apps', 'examples', 'e2e']) {
    cpSync(join(HOUSE, part), join(copy, part), { recursive: true, filter: (from) => !GENERATED.includes(basename(from)) });
  }
});

afterEach(() => rmSync(copy, { recursive: true }));

const check = () => {
  const { status, stderr } = spawnSync(process.execPath, [join(HOUSE, 'scripts/check-layers.mjs'), copy], { encoding: 'utf8' });
  return { status, problems: stderr.trim().split('\n').filter(Boolean) };
};

const plant = (file: string, source: string) => {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), source);
};

test('the house keeps to its layers, and what only looks like an import breaks nothing', () => {
  plant('packages/core/src/talk.ts', "// import '@tars/worker';\nexport const said = \"import '@tars/worker'\";\n");
  plant('packages/core/src/walk.ts', "import { resolve } from 'node:path';\nexport const place = resolve('@tars/api');\n");
  expect(check()).toEqual({ status: 0, problems: [] });
});

/** Each with its own file, so that one run of the check shows whether it finds them all. */
const PLANTED: Record<string, [file: string, source: string, problem: RegExp]> = {
  'a package imports its sibling': [
    'packages/core/src/up.ts',
    "import { classify } from '@tars/safety';",
    /core may not import @tars\/safety/,
  ],
  'only a type is imported': [
    'packages/safety/src/type.ts',
    "import type { Task } from '@tars/core';",
    /safety may not import @tars\/core/,
  ],
  'a door of a sibling is re-exported': [
    'packages/api/src/again.ts',
    "export { a } from '@tars/notifier';",
    /api may not import @tars\/notifier/,
  ],
  'everything of a sibling is re-exported': [
    'packages/api/src/all.ts',
    "export * from '@tars/safety';",
    /api may not import @tars\/safety/,
  ],
  'the import is dynamic': [
    'packages/notifier/src/later.ts',
    "export const api = () => import('@tars/api');",
    /notifier may not import @tars\/api/,
  ],
  'a type is written as import()': [
    'packages/api/src/as.ts',
    "export type W = import('@tars/worker').W;",
    /api may not import @tars\/worker/,
  ],
  'the package is found by require': [
    'packages/api/src/require.ts',
    "require.resolve('@tars/worker');",
    /api may not import @tars\/worker/,
  ],
  'shipped code imports the testkit': [
    'packages/worker/src/kit.ts',
    "import { a } from '@tars/testkit';",
    /worker may not import @tars\/testkit/,
  ],
  'a test of core imports the testkit': [
    'packages/core/src/kit.test.ts',
    "import { a } from '@tars/testkit';",
    /core may not import @tars\/testkit/,
  ],
  'a path leaves the package': ['packages/api/src/path.ts', "import { apply } from '../../core/src/apply.js';", /leaves packages\/api/],
  'shipped code imports what its tests share': [
    'packages/core/src/sample.ts',
    "import { AT } from './testing/samples.js';",
    /which is there for tests only/,
  ],
  'the bridge loads the worker with itself': [
    'apps/tars-bridge/src/eager.ts',
    "import '@tars/worker';",
    /may load @tars\/worker only by import\(\)/,
  ],
  'a name is computed': ['packages/api/src/any.ts', 'export const load = (name: string) => import(name);', /computed name/],
  'a dependency is not declared': [
    'packages/api/src/stranger.ts',
    "import { createClient } from 'redis';",
    /'redis' is not among the dependencies/,
  ],
  'the runner loads the Redis client': [
    'packages/worker/src/runner/redis.ts',
    "import { a } from '@tars/core/redis';",
    /must not load @tars\/core\/redis/,
  ],
  'the runner loads the logger by a detour': [
    'packages/worker/src/runner/detour.ts',
    "import '../detour.js';",
    /runner\/detour\.ts → src\/detour\.ts → @tars\/core\/log/,
  ],
  'the supervisor imports the runner': [
    'packages/worker/src/supervisor/inner.ts',
    "import '../runner/redis.js';",
    /must not load src\/runner\/redis\.ts/,
  ],
  'the main door of core loads winston': ['packages/core/src/index.ts', "import 'winston';", /must not load winston/],
  'a package has no layer': ['packages/new/package.json', '{ "name": "@tars/new" }', /@tars\/new has no layer/],
  'a manifest depends on a package above': [
    'packages/safety/package.json',
    '{ "name": "@tars/safety", "devDependencies": { "@tars/testkit": "workspace:*" } }',
    /tests of @tars\/safety may not depend on @tars\/testkit/,
  ],
};

test('it goes red on every planted bad import, and names each', () => {
  plant('packages/worker/src/detour.ts', "import '@tars/core/log';");
  for (const [file, source] of Object.values(PLANTED)) plant(file, source);
  const { status, problems } = check();
  expect(status).toBe(1);
  const isNamed = ([file, , problem]: (typeof PLANTED)[string]) => {
    const folder = file.split('/', 2).join('/');
    return problems.some((found) => found.startsWith(folder) && problem.test(found));
  };
  const missed = Object.entries(PLANTED).filter(([, planted]) => !isNamed(planted));
  expect(missed.map(([name]) => name)).toEqual([]);
});
