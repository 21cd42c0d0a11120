// The project's own checks, found from its files: what its contributors would run, in the order they would run it.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { quoted } from '../shell/command-loop.js';

export type CheckKind = 'test' | 'typecheck' | 'lint' | 'format';
/** `command` is a shell line that starts in the project folder. */
export type FoundCheck = { kind: CheckKind; command: string };

/** A finder looks at one folder; the first that recognises it decides. */
type Finder = (folder: Folder) => Promise<FoundCheck[]>;
type Folder = { path: string; names: ReadonlySet<string> };

/** Subfolders looked into when the project's root holds no checks: one level, not where dependencies lie. */
const NOT_A_PART = /^(\.|node_modules$|dist$|build$|target$|venv$|__pycache__$)/;

export async function findChecks(projectDir: string): Promise<FoundCheck[]> {
  const root = await look(projectDir);
  const own = await checksOf(root);
  if (own.length > 0) return own;
  const folders = [...root.names].filter((name) => !NOT_A_PART.test(name)).sort();
  const below = await Promise.all(folders.map(async (name) => within(name, await checksOf(await look(join(projectDir, name))))));
  return below.flat();
}

const within = (name: string, checks: readonly FoundCheck[]): FoundCheck[] =>
  checks.map(({ kind, command }) => ({ kind, command: `cd ${quoted(name)} && ${command}` }));

async function look(path: string): Promise<Folder> {
  return { path, names: new Set(await readdir(path).catch(() => [])) };
}

async function checksOf(folder: Folder): Promise<FoundCheck[]> {
  const found = await Promise.all(FINDERS.map((finder) => finder(folder)));
  return found.flat();
}

const NPM_STUB = /no test specified/;
const SCRIPTS: readonly { kind: CheckKind; names: readonly string[] }[] = [
  { kind: 'typecheck', names: ['typecheck', 'type-check'] },
  { kind: 'lint', names: ['lint'] },
  { kind: 'format', names: ['format:check', 'fmt:check', 'check:format'] },
];

const node: Finder = async (folder) => {
  if (!folder.names.has('package.json')) return (await hasFile(folder, NODE_TEST)) ? [{ kind: 'test', command: 'node --test' }] : [];
  const scripts = await scriptsOf(folder.path);
  const run = folder.names.has('pnpm-lock.yaml') ? 'pnpm' : folder.names.has('yarn.lock') ? 'yarn' : 'npm';
  const test =
    scripts.test !== undefined && !NPM_STUB.test(scripts.test) ? `${run} test` : (await hasFile(folder, NODE_TEST)) ? 'node --test' : null;
  const others = SCRIPTS.flatMap(({ kind, names }): FoundCheck[] => {
    const name = names.find((candidate) => scripts[candidate] !== undefined);
    return name === undefined ? [] : [{ kind, command: `${run} run ${name}` }];
  });
  return [...(test === null ? [] : [{ kind: 'test', command: test } as const]), ...others];
};

async function scriptsOf(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    const { scripts } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as { scripts?: unknown };
    const entries = Object.entries(scripts ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(entries);
  } catch {
    // A package.json under way, or broken: it names no scripts yet.
    return {};
  }
}

/** Tests written for unittest run without pytest; below the root only pytest finds them whatever the layout, so it is used where it is installed. */
const python: Finder = async (folder) => {
  const files = await testFiles(folder, PYTHON_TEST);
  if (files.length === 0) return [];
  const texts = await Promise.all(files.map((file) => readFile(join(folder.path, file), 'utf8').catch(() => '')));
  if (texts.some((text) => /^\s*(import pytest|from pytest)|^(async )?def test_/m.test(text)))
    return [{ kind: 'test', command: 'python3 -m pytest -q' }];
  if (files.every((file) => !file.includes('/'))) return [{ kind: 'test', command: 'python3 -m unittest' }];
  return [
    {
      kind: 'test',
      command: 'if python3 -c "import pytest" 2>/dev/null; then python3 -m pytest -q; else python3 -m unittest discover; fi',
    },
  ];
};

const go: Finder = async (folder) => (folder.names.has('go.mod') ? [{ kind: 'test', command: 'go test ./...' }] : []);
const rust: Finder = async (folder) => (folder.names.has('Cargo.toml') ? [{ kind: 'test', command: 'cargo test' }] : []);

const make: Finder = async (folder) => {
  // Where a language's own runner is known, the Makefile only calls it.
  if (!folder.names.has('Makefile') || ['package.json', 'go.mod', 'Cargo.toml'].some((name) => folder.names.has(name))) return [];
  const makefile = await readFile(join(folder.path, 'Makefile'), 'utf8').catch(() => '');
  return /^test\s*:/m.test(makefile) && !(await hasFile(folder, PYTHON_TEST)) ? [{ kind: 'test', command: 'make test' }] : [];
};

const FINDERS: readonly Finder[] = [node, python, go, rust, make];

const NODE_TEST = /(^|\/)(test|.+[.\-_]test|test-.+)\.[cm]?js$|(^|\/)test\/.+\.[cm]?js$/;
const PYTHON_TEST = /(^|\/)(test_.+|.+_test|tests)\.py$/;
const DEEPEST = 3;

const hasFile = async (folder: Folder, pattern: RegExp): Promise<boolean> => (await testFiles(folder, pattern)).length > 0;

/** Files of a name a test runner would pick up, from the folder down. */
async function testFiles({ path: root }: Folder, pattern: RegExp): Promise<string[]> {
  const walk = async (path: string, depth: number): Promise<string[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const below = await Promise.all(
      entries.map(async (entry) => {
        const full = join(path, entry.name);
        if (entry.isDirectory()) return NOT_A_PART.test(entry.name) || depth === DEEPEST ? [] : walk(full, depth + 1);
        const name = relative(root, full);
        return entry.isFile() && pattern.test(name) ? [name] : [];
      }),
    );
    return below.flat();
  };
  return walk(root, 0);
}
