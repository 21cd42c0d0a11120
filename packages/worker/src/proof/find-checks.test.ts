import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { findChecks } from './find-checks.js';

const json = (value: object) => JSON.stringify(value);

const PROJECTS: readonly { name: string; files: Record<string, string>; commands: string[] }[] = [
  {
    name: 'an npm project',
    files: { 'package.json': json({ scripts: { test: 'jest', lint: 'x', 'format:check': 'y' } }) },
    commands: ['npm test', 'npm run lint', 'npm run format:check'],
  },
  {
    name: 'a pnpm project',
    files: { 'package.json': json({ scripts: { test: 'vitest run' } }), 'pnpm-lock.yaml': '' },
    commands: ['pnpm test'],
  },
  {
    name: "npm's own stub",
    files: { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
    commands: [],
  },
  {
    name: 'the stub beside real tests',
    files: { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }), 'a.test.js': '' },
    commands: ['node --test'],
  },
  { name: 'plain node tests', files: { 'src/a.test.mjs': '' }, commands: ['node --test'] },
  { name: 'unittest at the root', files: { 'test_a.py': 'import unittest\n' }, commands: ['python3 -m unittest'] },
  { name: 'pytest', files: { 'tests/test_a.py': 'def test_a():\n    pass\n' }, commands: ['python3 -m pytest -q'] },
  {
    name: 'pytest in the environment of the project',
    files: { 'test_a.py': 'import pytest\n', '.venv/bin/python': '' },
    commands: ['.venv/bin/python -m pytest -q'],
  },
  {
    name: 'a jest project without a script',
    files: { 'package.json': json({ devDependencies: { jest: '1' } }), 'node_modules/.bin/jest': '' },
    commands: ['node_modules/.bin/jest'],
  },
  {
    name: 'tools that settings name',
    files: { 'package.json': json({ scripts: { test: 'mocha' }, prettier: {} }), 'eslint.config.js': '', 'biome.json': '{}' },
    commands: ['npm test', 'node_modules/.bin/biome check .', 'node_modules/.bin/eslint .', 'node_modules/.bin/prettier --check .'],
  },
  {
    name: 'Python tools that settings name',
    files: { 'test_a.py': 'import unittest', 'pyproject.toml': '[tool.ruff.format]\n[tool.black]\n[tool.mypy]\n' },
    commands: ['python3 -m unittest', 'ruff check .', 'ruff format --check .', 'black --check -q .', 'mypy .'],
  },
  { name: 'Maven with a wrapper', files: { 'pom.xml': '', mvnw: '' }, commands: ['./mvnw -B test'] },
  { name: 'RSpec', files: { 'spec/a_spec.rb': '', '.rubocop.yml': '' }, commands: ['rspec', 'rubocop'] },
  { name: 'PHPUnit with settings', files: { 'phpunit.xml': '', 'vendor/bin/phpunit': '' }, commands: ['vendor/bin/phpunit'] },
  { name: 'a Makefile with a check', files: { Makefile: 'all: x\n\ncheck: x\n\t./x\n' }, commands: ['make check'] },
  { name: 'a Makefile with no tests', files: { Makefile: 'test := 1\nall:\n' }, commands: [] },
  { name: 'a Makefile', files: { Makefile: 'test:\n\ttrue\n' }, commands: ['make test'] },
  {
    name: 'a part in a subfolder',
    files: { 'web app/package.json': json({ scripts: { test: 'jest' } }) },
    commands: ["cd 'web app' && npm test"],
  },
  { name: 'dependencies only', files: { 'node_modules/x/package.json': json({ scripts: { test: 'jest' } }) }, commands: [] },
  { name: 'a broken package.json', files: { 'package.json': '{' }, commands: [] },
];

const found = (files: Record<string, string>) =>
  withTempDir(async (dir) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      // What a project brings along can be run.
      await writeFile(join(dir, name), content, { mode: name.includes('bin/') || name.endsWith('w') ? 0o755 : 0o644 });
    }
    return findChecks(dir);
  });

test.each(PROJECTS)('the checks of $name are found', async ({ files, commands }) => {
  expect((await found(files)).map(({ command }) => command)).toEqual(commands);
});

test('a check whose program is not installed is told with the reason, and never left out', async () => {
  const path = process.env.PATH;
  process.env.PATH = '';
  try {
    const all = {
      'go.mod': '',
      'Cargo.toml': '',
      'pom.xml': '',
      'a.csproj': 'Microsoft.NET.Test.Sdk',
      'spec/a_spec.rb': '',
      'ATest.php': '',
    };
    const checks = (await found(all)).filter(({ kind }) => kind === 'test');
    expect(checks.map(({ command, missing }) => `${command}: ${missing}`)).toEqual([
      'go test -v ./...: go is not installed',
      'cargo test: cargo is not installed',
      'mvn -B test: mvn is not installed',
      'dotnet test --nologo: dotnet is not installed',
      'rspec: ruby is not installed',
      'phpunit .: php is not installed',
    ]);
  } finally {
    process.env.PATH = path;
  }
});

test('a script that writes is no check, and a program that only prints is no formatter', async () => {
  const scripts = { test: 'jest', lint: 'eslint --fix .', 'format:check': 'true' };
  const checks = await found({ 'package.json': json({ scripts }) });
  expect(checks.map(({ command, isFormatter }) => [command, isFormatter])).toEqual([
    ['npm test', undefined],
    ['npm run format:check', undefined],
  ]);
});
