// What the task did to the tests of the project, told from their texts: nothing is run.
import type { Entry, Tree } from '../workspace/tree.js';
import { changedPaths } from '../workspace/tree.js';
import { languageOf } from './language.js';
import { helpersIn, isTestName, readTests, type TestText } from './read-tests.js';
import { isRunnerFile, mayHelpTests, runnerPart } from './runner-settings.js';

/** A project at two times, and how its contents are read. */
export type Sides = {
  first: Tree;
  now: Tree;
  /** The texts of these contents, by name; what is no text is left out. */
  texts(oids: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type Examined = {
  /** Files with tests, as they are now. */
  tests: ReadonlyMap<string, TestText>;
  /** Tests, and settings of their runner, that were there before and are not the same any more. */
  changed: string[];
  /** How they say less than before, each as a sentence. */
  weakened: string[];
  /** Of these, what nobody does to tests without being asked. */
  lost: string[];
  /** What speaks against believing them, whatever was asked for. */
  doubts: string[];
  /** There were tests before the task. */
  hadTests: boolean;
};

const MOST_FILES = 3_000;

export async function examine(sides: Sides): Promise<Examined> {
  const changedSet = new Set(changedPaths(sides.first, sides.now));
  const [before, after] = await Promise.all([testsIn(sides, sides.first, changedSet), testsIn(sides, sides.now, changedSet)]);
  const settings = await settingsOf(sides, changedSet, before.size > 0);
  const changed = new Set(settings.changed);
  const weakened = [...settings.weakened];
  const lost: string[] = [];
  const doubts: string[] = [];
  const everywhere = new Set([...after.values()].flatMap(({ tests }) => tests.map(({ name }) => name)));
  const olderBodies = new Set([...before.values()].flatMap(({ tests }) => tests.map(({ body }) => body)));

  for (const [path, old] of before) {
    if (!changedSet.has(path)) continue;
    const entry = sides.now.get(path);
    const text = after.get(path);
    if (text !== undefined && sameTests(old, text)) continue;
    changed.add(path);
    const gone = old.tests.filter(({ name }) => !everywhere.has(name));
    const what = (): string | null => {
      if (text === undefined) {
        if (gone.length === 0) return null;
        return entry === undefined ? `${path} was deleted` : `${path} holds no tests any more`;
      }
      const fewer = old.tests.length - text.tests.length;
      if (fewer > 0 && gone.length > 0) return `${path} has ${plural(Math.min(fewer, gone.length), 'test')} fewer`;
      return null;
    };
    const loss = what();
    if (loss !== null) lost.push(loss);
    if (text !== undefined && text.skips > old.skips) lost.push(`${path} skips tests that were run before`);
    const weaker = text !== undefined && loss === null ? old.assertions - text.assertions : 0;
    if (weaker > 0) weakened.push(`${path} asserts less than before`);
  }
  weakened.push(...lost);

  for (const [path, { tests, leaves }] of after) {
    if (!changedSet.has(path)) continue;
    const old = before.get(path);
    const empty = tests.filter(({ asserts, body }) => !asserts && !olderBodies.has(body));
    if (empty.length > 0) doubts.push(`${path}: ${namesOf(empty)} ${empty.length === 1 ? 'asserts' : 'assert'} nothing`);
    if (leaves && old?.leaves !== true) doubts.push(`${path} ends the run as a success by itself`);
  }
  const all = [...after.values()].flatMap(({ tests }) => tests);
  if (doubts.length === 0 && all.length > 0 && all.every(({ asserts }) => !asserts)) doubts.push('no test of the project asserts anything');
  return { tests: after, changed: [...changed].sort(), weakened, lost, doubts, hadTests: before.size > 0 };
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function namesOf(tests: readonly { name: string }[]): string {
  const [first] = tests;
  const name = first === undefined || first.name === '' ? 'a test' : `"${first.name.slice(0, 60)}"`;
  return tests.length === 1 ? name : `${name} and ${tests.length - 1} more`;
}

const sameTests = (one: TestText, other: TestText): boolean =>
  one.skips === other.skips &&
  one.leaves === other.leaves &&
  one.assertions === other.assertions &&
  one.tests.length === other.tests.length &&
  one.tests.every(({ body }, at) => body === other.tests[at]?.body);

/** By the names of files where those tell, else by what is in all of them. */
async function testsIn(sides: Sides, tree: Tree, changed: ReadonlySet<string>): Promise<Map<string, TestText>> {
  const files = [...tree].flatMap(([path, entry]) =>
    entry.kind === 'file' && languageOf(path) !== null && !isForeign(path) ? [{ path, oid: entry.oid }] : [],
  );
  const named = files.filter(({ path }) => isTestName(path) || path.endsWith('.rs') || mayHelpTests(path) || changed.has(path));
  const found = await readAll(sides, named);
  return found.size > 0 || named.length === files.length ? found : readAll(sides, files.slice(0, MOST_FILES));
}

async function readAll({ texts }: Sides, files: readonly { path: string; oid: string }[]): Promise<Map<string, TestText>> {
  const all = await texts(files.map(({ oid }) => oid));
  const helpers = new Set(
    files.flatMap(({ path, oid }) => (isTestName(path) || mayHelpTests(path) ? helpersIn(path, all.get(oid) ?? '') : [])),
  );
  return new Map(
    files.flatMap(({ path, oid }) => {
      const read = readTests(path, all.get(oid) ?? '', helpers);
      return read === null ? [] : [[path, read] as const];
    }),
  );
}

/** Not the project's own: brought along. */
const isForeign = (path: string): boolean => /(^|\/)(?:vendor|third_party|node_modules|dist|build|\.(?!(?:mvn|cargo)\/)[^/]+)\//.test(path);

/** What tells the runner which tests to run, and how. */
async function settingsOf(
  sides: Sides,
  changed: ReadonlySet<string>,
  hadTests: boolean,
): Promise<{ changed: string[]; weakened: string[] }> {
  const told = { changed: [] as string[], weakened: [] as string[] };
  if (!hadTests) return told;
  for (const path of [...changed].filter((each) => !isForeign(each))) {
    if (isRunnerFile(path)) {
      told.changed.push(path);
      continue;
    }
    const part = runnerPart(path);
    if (part === null) continue;
    const [old, now] = await textsOf(sides, [sides.first.get(path), sides.now.get(path)]);
    if (part.read(old ?? '') === part.read(now ?? '')) continue;
    told.changed.push(path);
    told.weakened.push(`${path} runs the tests in another way than before`);
  }
  return told;
}

/** Null for what is no file. */
export async function textsOf({ texts }: Sides, entries: readonly (Entry | undefined)[]): Promise<(string | null)[]> {
  const oids = entries.map((entry) => (entry?.kind === 'file' ? entry.oid : null));
  const all = await texts(oids.filter((oid) => oid !== null));
  return oids.map((oid) => (oid === null ? null : (all.get(oid) ?? null)));
}
