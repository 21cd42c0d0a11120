// The checks of a JavaScript project: its scripts, or its runner where it has no script for it.
import type { CheckKind, Finder, FoundCheck } from '../check.js';
import { unless } from '../check.js';
import { type Folder, missing } from '../folder.js';
import { languageOf } from '../language.js';
import type { Runner } from '../test-counts.js';
import { readScript } from '../test-script.js';

export type Manifest = {
  scripts: Readonly<Record<string, string | undefined>>;
  uses: ReadonlySet<string>;
  fields: ReadonlySet<string>;
  manager: string | null;
};

const NPM_STUB = /no test specified/;
const SCRIPTS: readonly { kind: CheckKind; names: readonly string[] }[] = [
  { kind: 'typecheck', names: ['typecheck', 'type-check', 'check:types', 'tsc'] },
  { kind: 'lint', names: ['lint', 'lint:check', 'check:lint'] },
  { kind: 'format', names: ['format:check', 'fmt:check', 'check:format', 'prettier:check', 'format-check'] },
];
const FORMATTERS = /(?:^|[\s/])(?:prettier|biome|dprint|oxfmt|rome|deno fmt|standard)\b/;
/** What writes is no check. */
const WRITES = /(?:^|\s)(?:--write|--fix|-w|--apply(?:-unsafe)?)(?=\s|$)/;

/** Names that `node --test` finds by itself. */
const NODE_TEST = /(^|\/)(test|.+[.\-_]test|test-.+)\.[cm]?js$|(^|\/)test\/.+\.[cm]?js$/;

export const node: Finder = async (folder) => {
  const hasTests = (await folder.files(NODE_TEST)).length > 0;
  if (!folder.names.has('package.json')) return hasTests && !folder.names.has('deno.json') ? [byNode()] : deno(folder, hasTests);
  const manifest = readManifest(await folder.read('package.json'));
  const run = managerOf(folder, manifest);
  const [test, others] = await Promise.all([testOf(folder, manifest, run, hasTests), toolsOf(folder, manifest)]);
  const scripts = SCRIPTS.flatMap(({ kind, names }): FoundCheck[] => {
    const name = names.find((candidate) => manifest.scripts[candidate] !== undefined && !WRITES.test(manifest.scripts[candidate]));
    if (name === undefined) return [];
    const text = manifest.scripts[name] ?? '';
    return [
      {
        kind,
        command: `${run} run ${name}`,
        ...unless(missing(run)),
        ...(kind === 'format' && FORMATTERS.test(text) ? { isFormatter: true } : {}),
      },
    ];
  });
  const kinds = new Set(scripts.map(({ kind }) => kind));
  return [...test, ...scripts, ...others.filter(({ kind }) => !kinds.has(kind))];
};

const byNode = (): FoundCheck => ({ kind: 'test', command: 'node --test', runner: 'node', ...unless(missing('node')) });

const deno = async (folder: Folder, hasTests: boolean): Promise<FoundCheck[]> =>
  (folder.names.has('deno.json') || folder.names.has('deno.jsonc')) && (hasTests || (await folder.files(/[._]test\.[jt]sx?$/)).length > 0)
    ? [{ kind: 'test', command: 'deno test', runner: 'deno', ...unless(missing('deno')) }]
    : [];

/** A package.json under way, or broken, names nothing yet. */
export function readManifest(text: string): Manifest {
  const entriesOf = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null ? Object.entries(value) : []);
  try {
    const parsed: unknown = JSON.parse(text);
    const fields = new Map(entriesOf(parsed));
    const scripts = entriesOf(fields.get('scripts')).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const uses = ['dependencies', 'devDependencies'].flatMap((name) => entriesOf(fields.get(name)).map(([used]) => used));
    const manager = fields.get('packageManager');
    return {
      scripts: Object.fromEntries(scripts),
      uses: new Set(uses),
      fields: new Set(fields.keys()),
      manager: typeof manager === 'string' ? (manager.split('@', 1)[0] ?? null) : null,
    };
  } catch {
    return { scripts: {}, uses: new Set(), fields: new Set(), manager: null };
  }
}

function managerOf({ names }: Folder, { manager }: Manifest): string {
  if (manager !== null && /^(npm|pnpm|yarn|bun)$/.test(manager)) return manager;
  if (names.has('pnpm-lock.yaml')) return 'pnpm';
  if (names.has('yarn.lock')) return 'yarn';
  return names.has('bun.lock') || names.has('bun.lockb') ? 'bun' : 'npm';
}

/** In a terminal these wait for changes; where it is said that nobody is there they run once. */
const WATCHES = /^(?:\S+=\S+ )*(?:vitest(?! (?:run|--run))|react-scripts test)\b(?!.*(?:--run|--watchAll=false|--watch=false))/;

async function testOf(folder: Folder, manifest: Manifest, run: string, hasTests: boolean): Promise<FoundCheck[]> {
  const script = manifest.scripts.test;
  if (script !== undefined && !NPM_STUB.test(script)) {
    const { runner, flaw } = readScript(script, manifest.scripts);
    const command = run === 'bun' ? 'bun run test' : `${run} test`;
    const once = WATCHES.test(script) ? `CI=1 ${command}` : command;
    return [{ kind: 'test', command: once, runner, ...(flaw === null ? {} : { flaw }), ...unless(missing(run)) }];
  }
  for (const { runner, command, configs } of RUNNERS) {
    const isUsed = manifest.uses.has(runner) || manifest.fields.has(runner) || [...folder.names].some((name) => configs.test(name));
    const [program = ''] = command.split(' ');
    if (isUsed) return [{ kind: 'test', command, runner, ...unless((await folder.holds(program)) ? null : `${runner} is not installed`) }];
  }
  const isAny = (path: string) => languageOf(path)?.testFile.test(path) === true;
  if (run === 'bun' && (await folder.files(/\.[cm]?[jt]sx?$/)).some(isAny))
    return [{ kind: 'test', command: 'bun test', runner: 'bun', ...unless(missing('bun')) }];
  return hasTests ? [byNode()] : [];
}

const BIN = 'node_modules/.bin';
const RUNNERS: readonly { runner: Runner; command: string; configs: RegExp }[] = [
  { runner: 'vitest', command: `${BIN}/vitest run`, configs: /^vitest\.config\./ },
  { runner: 'jest', command: `${BIN}/jest`, configs: /^jest\.config\./ },
  { runner: 'mocha', command: `${BIN}/mocha`, configs: /^\.mocharc/ },
  { runner: 'ava', command: `${BIN}/ava`, configs: /^ava\.config\./ },
];

const TOOLS: readonly { kind: CheckKind; program: string; words: string; field?: string; configs: RegExp; isFormatter?: boolean }[] = [
  { kind: 'format', program: 'biome', words: 'check .', configs: /^biome\.jsonc?$/, isFormatter: true },
  { kind: 'lint', program: 'eslint', words: '.', field: 'eslintConfig', configs: /^eslint\.config\.|^\.eslintrc/ },
  {
    kind: 'format',
    program: 'prettier',
    words: '--check .',
    field: 'prettier',
    configs: /^prettier\.config\.|^\.prettierrc/,
    isFormatter: true,
  },
];

async function toolsOf(folder: Folder, { fields }: Manifest): Promise<FoundCheck[]> {
  const found = TOOLS.filter(
    ({ configs, field }) => [...folder.names].some((name) => configs.test(name)) || (field !== undefined && fields.has(field)),
  );
  return Promise.all(
    found.map(async ({ kind, program, words, isFormatter }): Promise<FoundCheck> => {
      const isThere = await folder.holds(`${BIN}/${program}`);
      return {
        kind,
        command: `${BIN}/${program} ${words}`,
        ...unless(isThere ? null : `${program} is not installed`),
        ...(isFormatter === true ? { isFormatter } : {}),
      };
    }),
  );
}
