// What a test script of the project starts, and whether its exit code can be believed. Read as text, with the parser of shell lines.
import { basename } from 'node:path';
import { survey } from '@tars/safety';
import type { Runner } from './test-counts.js';

export type ScriptReading = {
  /** `own`: no runner we know, so that its words prove nothing by themselves. */
  runner: Runner | 'own';
  /** Why its exit code says nothing, or that it says its result itself; null when nothing is known against it. */
  flaw: string | null;
};

type Scripts = Readonly<Record<string, string | undefined>>;

const BY_NAME: Readonly<Record<string, Runner>> = {
  jest: 'jest',
  'react-scripts': 'jest',
  vitest: 'vitest',
  mocha: 'mocha',
  ava: 'ava',
  tap: 'tap',
  tape: 'tap',
  playwright: 'playwright',
  pytest: 'pytest',
  'py.test': 'pytest',
  rspec: 'rspec',
  phpunit: 'phpunit',
  pest: 'pest',
  paratest: 'phpunit',
  ctest: 'ctest',
  mvn: 'maven',
  mvnw: 'maven',
};
/** Programs that only start the one named among their words. */
const CARRIERS = new Set([
  'npx',
  'pnpx',
  'bunx',
  'pnpm',
  'yarn',
  'npm',
  'bun',
  'cross-env',
  'env',
  'c8',
  'nyc',
  'dotenv',
  'bundle',
  'uv',
  'poetry',
  'xvfb-run',
]);
const DEEPEST = 5;

/** `scripts`: what the script may call by name, as those of a package.json do. */
export function readScript(script: string, scripts: Scripts = {}): ScriptReading {
  const parts = partsOf(script, scripts);
  const runner = parts.flatMap(({ argv }) => runnerOf(argv) ?? [])[0] ?? 'own';
  return { runner, flaw: flawOf(script, scripts, parts) };
}

type Part = { argv: readonly string[] };

function partsOf(script: string, scripts: Scripts, depth = 0): Part[] {
  const parts = survey(script).calls.map(({ argv }) => ({ argv: argv.map((word) => word ?? '') }));
  if (depth === DEEPEST) return parts;
  return parts.flatMap((part) => {
    const named = calledScript(part.argv);
    const text = named === null ? undefined : scripts[named];
    return text === undefined ? [part] : [part, ...partsOf(text, scripts, depth + 1)];
  });
}

function calledScript(argv: readonly string[]): string | null {
  const [program = '', ...words] = argv;
  if (!['npm', 'pnpm', 'yarn', 'bun', 'composer'].includes(program)) return null;
  const named = words.filter((word) => !word.startsWith('-'));
  return (named[0] === 'run' || named[0] === 'run-script' ? named[1] : named[0]) ?? null;
}

function runnerOf(argv: readonly string[]): Runner | null {
  const [first = '', ...words] = argv;
  const program = basename(first);
  if (BY_NAME[program] !== undefined) return BY_NAME[program];
  const [verb] = words.filter((word) => !word.startsWith('-') && !word.startsWith('+'));
  switch (program) {
    case 'node':
    case 'tsx':
      if (words.includes('--test')) return 'node';
      return fromModules(words);
    case 'go':
      return verb === 'test' ? 'go' : null;
    case 'cargo':
      return verb === 'test' || verb === 't' ? 'cargo' : null;
    case 'dotnet':
      return verb === 'test' ? 'dotnet' : null;
    case 'bun':
    case 'deno':
      if (verb === 'test') return program;
      break;
    case 'gradle':
    case 'gradlew':
      return 'gradle';
    case 'python':
    case 'python3': {
      const module = words[words.indexOf('-m') + 1];
      return words.includes('-m') && (module === 'pytest' || module === 'unittest') ? module : null;
    }
  }
  if (!CARRIERS.has(program)) return null;
  const carried = words.findIndex((word) => BY_NAME[basename(word)] !== undefined);
  return carried === -1 ? null : (BY_NAME[basename(words[carried] ?? '')] ?? null);
}

/** `node node_modules/jest/bin/jest.js`. */
function fromModules(words: readonly string[]): Runner | null {
  const program = words.find((word) => /(^|\/)node_modules\//.test(word));
  return program === undefined ? null : (BY_NAME[basename(program).replace(/\.[cm]?js$/, '')] ?? null);
}

/** What only passes output on, and ends well whatever it was. */
const ENDS_WELL = new Set(['tee', 'cat', 'grep', 'head', 'tail', 'sed', 'awk', 'true', ':', 'echo', 'printf', 'less', 'tr', 'sort']);

/** Words that a runner counts with: who prints them itself needs no test for it. */
const PRINTED_COUNTS =
  /\d+\s*(?:tests?|specs?|examples?|assertions?)?[ ,;]*(?:passed|passing|pass\b|ok\b)|(?:pass|passed|ok|tests run)[:\s]*\d+|test result: ok|all tests pass/i;

function flawOf(script: string, scripts: Scripts, parts: readonly Part[]): string | null {
  const prints = parts.some(
    ({ argv: [program, ...words] }) => /^(echo|printf)$/.test(program ?? '') && PRINTED_COUNTS.test(words.join(' ')),
  );
  if (prints) return 'it prints a result of its own';
  const texts = [script, ...parts.flatMap(({ argv }) => scripts[calledScript(argv) ?? ''] ?? [])];
  const thrown = texts.map(thrownAway).find((each) => each !== null);
  return thrown === undefined ? null : `its exit code is thrown away by \`${thrown}\``;
}

/** The part of a line after which the exit code of what was before it no longer counts. */
export function thrownAway(line: string): string | null {
  const bare = line.replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, (text) => `"${' '.repeat(Math.max(0, text.length - 2))}"`);
  if (/(^|[;&|\n]\s*)set\s+(?:-\w*\s+)*\+e\b/.test(bare)) return 'set +e';
  const or = /\|\|\s*([^;&|)\n]+)/.exec(bare);
  if (or !== null && !FAILS_ON.test(or[0])) return line.slice(or.index, or.index + or[0].length).trim();
  const after = /(?:;|\n|(?<![&>])&(?![&>]))\s*([^\s;&|][^;&|\n]*)\s*$/.exec(bare);
  if (after?.[1] !== undefined && endsWell(bare, after[1].trim())) return line.slice(after.index).trim();
  if (/\bexit\s+0\s*$/.test(bare)) return 'exit 0';
  const piped = /(?<!\|)\|(?![|&])\s*([\w.:/-]+)/.exec(bare);
  return piped?.[1] !== undefined && ENDS_WELL.has(basename(piped[1])) && !/\bpipefail\b/.test(bare) ? `| ${piped[1]}` : null;
}

/** After `||`: it fails all the same, or is another try at the tests. */
const FAILS_ON = /\bexit\s+[1-9$]|\bfalse\b|\breturn\s+[1-9$]|\btest\b|\b(?:jest|mocha|vitest)\b/;
const RUNS_TESTS = /\b(?:jest|vitest|mocha|ava|tap|pytest|unittest|rspec|phpunit|--test|test)\b/;

/** The last part of a line begins anew, whatever came of the parts before it. */
function endsWell(line: string, last: string): boolean {
  if (/^(?:done|fi|esac|\}|\))/.test(last) || /(^|\s)set\s+-\w*e/.test(line)) return false;
  const leaves = /^exit\s+(.*)$/.exec(last);
  if (leaves !== null) return /^0\b/.test(leaves[1] ?? '');
  return ENDS_WELL.has(last.split(/\s+/)[0] ?? '') || (RUNS_TESTS.test(line.slice(0, line.lastIndexOf(last))) && !RUNS_TESTS.test(last));
}
