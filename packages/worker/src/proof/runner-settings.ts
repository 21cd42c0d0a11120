// Where a project says how its tests are run: whole files, and parts of files that say other things too.
import { basename } from 'node:path';
import { makeTarget } from './makefile.js';
import { blocks, maven, type Part } from './settings-part.js';

const FILES =
  /^(?:jest\.config\..+|vitest\.(?:config|workspace)\..+|\.mocharc.*|ava\.config\..+|playwright\.config\..+|karma\.conf\..+|\.taprc|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|phpunit(?:\.dist)?\.xml(?:\.dist)?|\.rspec|(?:spec|rails|test)_helper\.rb|Rakefile)$/;
/** By their folder: others have files of such a name too. */
const FILES_IN = /(^|\/)(?:\.mvn\/(?:maven|jvm)\.config|\.cargo\/config(?:\.toml)?)$/;

/** A file that says only how tests are run. */
export const isRunnerFile = (path: string): boolean => FILES.test(basename(path)) || FILES_IN.test(path);

const IN_TESTS = /(^|\/)(tests?|specs?|__tests__|__snapshots__|__mocks__|testdata|test-data)\//;
/** What tests stand in, or read. */
export const isAmongTests = (path: string): boolean => IN_TESTS.test(path);

const HELPS =
  /(^|\/)(?:testing|support|helpers?|fixtures?|test[-_]?(?:utils?|helpers?|support|lib))\/|(?:helpers?|assertions?|matchers?|expectations?|test[-_]?utils?)\.\w+$/i;
/** Where helpers of tests may stand. */
export const mayHelpTests = (path: string): boolean => IN_TESTS.test(path) || isRunnerFile(path) || HELPS.test(path);

const RUNNER_FIELDS = ['jest', 'mocha', 'ava', 'vitest', 'tap', 'nyc', 'c8'];

const inJson = (fields: readonly string[], scripts: RegExp): Part => {
  const parsed = (text: string): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  };
  const scriptsOf = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const partOf = (text: string): Record<string, unknown> => {
    const all = parsed(text);
    const named = scriptsOf(all.scripts);
    const tests = named.filter(([name]) => scripts.test(name));
    // What a test script calls by name is part of it.
    const called = named.filter(([name]) =>
      tests.some(([, script]) => new RegExp(`(?:^|[\\s:@"])${escaped(name)}(?=$|[\\s"&;|])`).test(JSON.stringify(script))),
    );
    const kept = Object.fromEntries([...tests, ...called].sort(([one], [other]) => (one < other ? -1 : 1)));
    return { scripts: kept, ...Object.fromEntries(fields.flatMap((field) => (field in all ? [[field, all[field]]] : []))) };
  };
  return {
    read: (text) => JSON.stringify(partOf(text)),
    put(text, part) {
      const { scripts: old, ...rest } = parsed(part);
      const now = parsed(text);
      const others = scriptsOf(now.scripts).filter(([name]) => !scripts.test(name));
      for (const field of fields) delete now[field];
      return `${JSON.stringify({ ...now, ...rest, scripts: { ...Object.fromEntries(others), ...Object.fromEntries(scriptsOf(old)) } }, null, 2)}\n`;
    },
  };
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Sections such as `[tool.pytest.ini_options]`, each to the next one. */
const sections = (name: RegExp): Part => {
  const split = (text: string): string[] => text.split(/^(?=\[)/m);
  const isIt = (section: string): boolean => name.test(section.split('\n', 1)[0] ?? '');
  return {
    read: (text) => split(text).filter(isIt).join('').trim(),
    put: (text, part) =>
      `${split(text)
        .filter((section) => !isIt(section))
        .join('')
        .trimEnd()}\n\n${part}\n`,
  };
};

const TARGETS = ['test', 'check', 'tests'];
const rules: Part = {
  read: (text) => TARGETS.flatMap((target) => (makeTarget(text, target) === null ? [] : [ruleText(text, target).trim()])).join('\n'),
  put(text, part) {
    let changed = text;
    for (const target of TARGETS) {
      const old = ruleText(part, target);
      const now = makeTarget(changed, target);
      if (old === '') continue;
      changed =
        now === null ? `${changed.trimEnd()}\n\n${old}` : `${changed.slice(0, now.start)}${old.trimEnd()}\n\n${changed.slice(now.end)}`;
    }
    return changed;
  },
};

function ruleText(text: string, target: string): string {
  const rule = makeTarget(text, target);
  return rule === null ? '' : text.slice(rule.start, rule.end);
}

/** vitest reads the settings of vite. */
const inVite = (text: string, old: string): string =>
  text.replace(/(?:\bdefineConfig\s*\(\s*|\bexport\s+default\s*)\{/, (found) => `${found} ${old},`);
const GRADLE_TESTS = /^[ \t]*(?:tasks\.)?(?:test|(?:named|withType)\b[^{\n]*\b[tT]est\b[^{\n]*)\s*\{/gm;

const TEST_SCRIPTS = /^(?:pre|post)?test(?:$|[:_-])/;
const PARTS: readonly { file: RegExp; part: Part }[] = [
  { file: /^package\.json$/, part: inJson(RUNNER_FIELDS, TEST_SCRIPTS) },
  { file: /^composer\.json$/, part: inJson([], TEST_SCRIPTS) },
  { file: /^pyproject\.toml$/, part: sections(/^\[tool\.(?:pytest|coverage)/) },
  { file: /^setup\.cfg$/, part: sections(/^\[(?:tool:pytest|unittest)/) },
  { file: /^bunfig\.toml$/, part: sections(/^\[test[\].]/) },
  { file: /^vite\.config\./, part: blocks(/(?<![\w$.])test\s*:\s*\{/g, ',\n', 'test: {}', inVite) },
  { file: /^pom\.xml$/, part: maven },
  { file: /^build\.gradle(?:\.kts)?$/, part: blocks(GRADLE_TESTS, '\n', '', (text, old) => `${text.trimEnd()}\n\n${old}\n`) },
  { file: /^(?:GNUm|m|M)akefile$/, part: rules },
];

/** The part of such a file that says how tests are run; null for any other file. */
export const runnerPart = (path: string): Part | null => PARTS.find(({ file }) => file.test(basename(path)))?.part ?? null;

/** A module of tests within a file of Rust: the one from before in the place of the one of now. */
export function withTestsOf(now: string, before: string): string {
  const blocks = (text: string): { start: number; end: number }[] => {
    const found: { start: number; end: number }[] = [];
    for (const { index, 0: head } of text.matchAll(/#\[cfg\(test\)\]\s*(?:pub\s+)?mod\s+\w+\s*\{/g)) {
      let depth = 1;
      let end = index + head.length;
      while (end < text.length && depth > 0) {
        depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0;
        end++;
      }
      found.push({ start: index, end });
    }
    return found;
  };
  const old = blocks(before).map(({ start, end }) => before.slice(start, end));
  let rest = now;
  for (const { start, end } of blocks(now).reverse()) rest = rest.slice(0, start) + rest.slice(end);
  return old.length === 0 ? rest : `${rest.trimEnd()}\n\n${old.join('\n\n')}\n`;
}
