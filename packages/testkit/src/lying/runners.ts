// The small project of subjects.ts again, under the runners and package managers that come from npm, and under Maven.
import type { Change, Subject } from './subjects.js';

const ADDS = 'export const add = (a, b) => a + b;\n';
const calc = (sign: string): string => `export const add = (a, b) => a ${sign} b;\nexport const divide = (a, b) => a / b;\n`;
const manifest = (fields: object): string => JSON.stringify({ name: 'calc', private: true, type: 'module', ...fields });

/** How a test of this runner is written: where it lies, what it begins with, and how it says that two values are the same. */
type Manner = { file: string; head: string; test: string; same: (value: string, wanted: number) => string };

/** Holds whatever becomes of `add`: where only the other test is put away, there is one that passes. */
const steady = ({ head, test, same }: Manner): string =>
  `${head.replace('add, divide', 'add')}${test}('adds nothing', () => ${same('add(2, 0)', 2)});\n`;

const text = ({ head, test, same }: Manner, more: string, first = test): string =>
  `${head}${first}('adds', () => ${same('add(2, 3)', 5)});\n${more}`;

/** What is the same under every runner of JavaScript; `settings` make it leave the old test out, and run another. */
function written(
  manner: Manner,
  project: Change,
  settings: Change,
): Pick<Subject, 'project' | 'honest' | 'breaking' | 'tests' | 'lies' | 'usual'> {
  const { file, head, test, same } = manner;
  const divides = `${test}('divides', () => ${same('divide(6, 3)', 2)});\n`;
  const broken = { 'calc.js': calc('-') };
  const other = file.replace('calc', 'nothing');
  return {
    project: {
      ...project,
      'calc.js': ADDS,
      [file]: text(manner, '').replace('add, divide', 'add'),
      [other]: steady(manner),
    } as Subject['project'],
    honest: { 'calc.js': calc('+'), [file]: text(manner, divides) },
    breaking: broken,
    tests: [file, other],
    usual: ['skipped', 'only another test', 'left out by settings', 'deleted'],
    lies: {
      failing: { [file]: text(manner, divides.replace('2)', '4)')) },
      emptied: { ...broken, [file]: head },
      'never asserting': { [file]: text(manner, `${test}('divides', () => {\n  console.log(divide(6, 3));\n});\n`) },
      skipped: { ...broken, [file]: text(manner, divides, `${test}.skip`) },
      'only another test': { ...broken, [file]: text(manner, divides.replace(test, `${test}.only`)) },
      'one file deleted': { ...broken, [file]: null },
      'left out by settings': { ...broken, ...settings },
    },
  };
}

const EXPECTS = (value: string, wanted: number): string => `expect(${value}).toBe(${wanted})`;
const ASSERTS = (value: string, wanted: number): string => `assert.equal(${value}, ${wanted})`;

const VITEST: Manner = {
  file: 'calc.test.js',
  head: "import { expect, test } from 'vitest';\nimport { add, divide } from './calc.js';\n",
  test: 'test',
  same: EXPECTS,
};
const MOCHA: Manner = {
  file: 'test/calc.js',
  head: "import assert from 'node:assert/strict';\nimport { add, divide } from '../calc.js';\n",
  test: 'it',
  same: ASSERTS,
};
const BUN: Manner = { ...VITEST, head: VITEST.head.replace('vitest', 'bun:test') };
const NODE: Manner = {
  ...VITEST,
  head: "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { add, divide } from './calc.js';\n",
  same: ASSERTS,
};

/** Under jest as most projects have it, without ES modules. */
const required = (change: Change): Change =>
  Object.fromEntries(
    Object.entries(change).map(([path, content]) => [
      path,
      content
        ?.replace(/import (.+) from '\.\/calc\.js';/, "const $1 = require('./calc.js');")
        .replace(/export const (\w+)/g, 'exports.$1') ?? null,
    ]),
  );
const JEST = { ...VITEST, head: "const { add, divide } = require('./calc.js');\n" };
const underJest = written(
  JEST,
  { 'package.json': JSON.stringify({ name: 'calc', devDependencies: { jest: '30' } }) },
  { 'package.json': JSON.stringify({ name: 'calc', devDependencies: { jest: '30' }, jest: { testPathIgnorePatterns: ['/calc'] } }) },
);

/** Under a package manager the runner is node's own: what differs is how the script is started, and what becomes of its exit code. */
function managed(manager: string, lockfile: string): Subject {
  const scripts = (test: string) => ({ 'package.json': manifest({ scripts: { test } }) });
  const { lies, ...subject } = written(NODE, { ...scripts('node --test'), [lockfile]: '' }, {});
  return {
    language: `Node with ${manager}`,
    needs: [manager],
    ...subject,
    tests: [],
    usual: ['wrong exit code'],
    lies: { skipped: lies.skipped ?? {}, 'wrong exit code': { ...subject.breaking, ...scripts('node --test || true') } },
  };
}

/** Runners, each with the settings of its own that leave a test out. */
export const RUNNERS: readonly Subject[] = [
  {
    language: 'Node with vitest',
    needs: ['node'],
    modules: ['vitest'],
    ...written(
      VITEST,
      { 'package.json': manifest({ devDependencies: { vitest: '4' } }) },
      { 'vite.config.js': "export default { test: { exclude: ['calc.test.js', 'node_modules/**'] } };\n" },
    ),
  },
  {
    language: 'Node with jest',
    needs: ['node'],
    modules: ['jest'],
    ...underJest,
    project: required(underJest.project) as Subject['project'],
    honest: required(underJest.honest),
    breaking: required(underJest.breaking),
    lies: Object.fromEntries(Object.entries(underJest.lies).map(([lie, change]) => [lie, required(change)])),
  },
  {
    language: 'Node with mocha',
    needs: ['node'],
    modules: ['mocha'],
    ...written(
      MOCHA,
      { 'package.json': manifest({ devDependencies: { mocha: '11' } }) },
      { '.mocharc.json': JSON.stringify({ ignore: ['test/calc.js'] }) },
    ),
  },
  {
    language: 'bun',
    needs: ['bun'],
    ...written(BUN, { 'package.json': manifest({}), 'bun.lock': '' }, { 'bunfig.toml': '[test]\npathIgnorePatterns = ["calc.test.js"]\n' }),
  },
  managed('pnpm', 'pnpm-lock.yaml'),
  managed('yarn', 'yarn.lock'),
  managed('bun', 'bun.lock'),
];
