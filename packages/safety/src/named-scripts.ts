// Scripts a project names in its package.json or its makefile: which file keeps them, and the shell lines a name stands for.
import { firstOperand, has, operands, valuesOf } from './call.js';
import { linesOf } from './makefile.js';

export type NamedScript = {
  /** Files that may keep it, first match wins; seen from `folder`. */
  readonly files: readonly string[];
  readonly folder: string;
  readonly name: string;
  /** The lines it runs; null when the file knows no such name. */
  readonly lines: (text: string) => readonly string[] | null;
  /** Whether the words can only mean a script. */
  readonly sure: boolean;
  /** The program they mean when there is no such script. */
  readonly otherwise?: readonly string[];
};

const PACKAGE_VALUED = ['--prefix', '-C', '--dir', '--cwd', '--loglevel'];
const ELSEWHERE = ['-w', '--workspace', '--workspaces', '--filter', '-F', '-r', '--recursive', '-g', '--global'];
const RUNS = ['run', 'run-script', 'rum', 'urn'];
/** npm's own short ways; the others take any word they do not know for a script. */
const NPM_NAMES = new Map(Object.entries({ test: 'test', t: 'test', tst: 'test', start: 'start', stop: 'stop', restart: 'restart' }));
const VERBS =
  /^(add|i|install|ci|remove|rm|uninstall|un|up|update|upgrade|link|unlink|list|ls|ll|la|why|outdated|audit|info|view|init|create|exec|dlx|x|publish|pack|login|logout|config|cache|store|import|rebuild|prune|dedupe|bin|root|version|versions|help|workspace|workspaces|node|patch|patch-commit|fetch|deploy|env|global|set|plugin|constraints|policies|upgrade-interactive|autoclean|check|licenses|owner|team|tag|unplug|build|pm|repl|server|setup|doctor|search)$/;

/** Programs that packages install, and that a project's own scripts are hardly ever called. */
const INSTALLED =
  /^(rimraf|del-cli|kill-port|fkill|shx|prisma|knex|sequelize(-cli)?|typeorm|drizzle-kit|mikro-orm|wrangler|firebase|cdk|sst|serverless|sls|cross-env|dotenvx?|concurrently|nodemon|tsx|ts-node|node)$/;

/** The script a call names; null when it names none. */
export function namedScript(program: string, args: readonly string[]): NamedScript | null {
  switch (program) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return packageScript(program, args);
    case 'node':
      return valuesOf(args, '--run').length > 0 ? inPackage(valuesOf(args, '--run').slice(0, 1), [], '', true) : null;
    case 'npm-run-all':
    case 'run-s':
    case 'run-p':
      return inPackage(operands(args), [], '', true);
    case 'make':
    case 'gmake':
      return inMakefile(args);
    case 'just':
    case 'task':
    case 'rake':
    case 'mage':
    case 'gulp':
    case 'grunt':
    case 'poe':
      return { files: [], folder: '', name: program, lines: () => null, sure: true };
    default:
      return null;
  }
}

function packageScript(program: string, args: readonly string[]): NamedScript | null {
  const at = firstOperand(args, PACKAGE_VALUED);
  const verb = args[at] ?? '';
  const folder = valuesOf(args.slice(0, at), '--prefix', '-C', '--dir', '--cwd')[0] ?? '';
  const elsewhere = has(args, ...ELSEWHERE);
  if (RUNS.includes(verb)) {
    const nameAt = firstOperand(args, PACKAGE_VALUED, at + 1);
    const name = args[nameAt];
    return name === undefined ? null : inPackage([name], args.slice(nameAt + 1), folder, true, elsewhere);
  }
  const own = program === 'npm' ? NPM_NAMES.get(verb) : NPM_NAMES.get(verb === 'test' && program === 'bun' ? '' : verb);
  if (own !== undefined) return inPackage([own], args.slice(at + 1), folder, true, elsewhere);
  if (program === 'npm' || !/^[\w:.-]+$/.test(verb) || VERBS.test(verb)) return null;
  const script = inPackage([verb], args.slice(at + 1), folder, false, elsewhere);
  return INSTALLED.test(verb) ? { ...script, otherwise: args.slice(at) } : script;
}

function inPackage(names: readonly string[], rest: readonly string[], folder: string, sure: boolean, elsewhere = false): NamedScript {
  const given = rest[0] === '--' ? rest.slice(1) : rest;
  const tail = given.map((word) => ` '${word.replaceAll("'", "'\\''")}'`).join('');
  return {
    files: elsewhere ? [] : ['package.json'],
    folder,
    name: names.join(' '),
    sure,
    lines: (text) => {
      const scripts = scriptsIn(text);
      const found = names.flatMap((name) =>
        [`pre${name}`, name, `post${name}`].flatMap((each) => {
          const line = scripts.get(each);
          return line === undefined ? [] : [each === name ? line + tail : line];
        }),
      );
      return found.length === 0 ? null : found;
    },
  };
}

function scriptsIn(text: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return new Map(); // npm refuses it too
  }
  const scripts = typeof parsed === 'object' && parsed !== null && 'scripts' in parsed ? parsed.scripts : null;
  const entries = typeof scripts === 'object' && scripts !== null ? Object.entries(scripts) : [];
  return new Map(entries.flatMap(([name, line]) => (typeof line === 'string' ? [[name, line] as const] : [])));
}

function inMakefile(args: readonly string[]): NamedScript | null {
  if (has(args, '-n', '--just-print', '--dry-run', '--recon', '-q', '--question', '-v', '--version')) return null;
  const said = operands(args, ['-C', '--directory', '-f', '--file', '--makefile', '-I', '-j', '-l', '-o', '-W', '-O']);
  const goals = said.filter((word) => !word.includes('=') && !/^\d+$/.test(word));
  const settings = new Map(
    said.filter((word) => word.includes('=')).map((word) => [word.replace(/:?=.*$/s, ''), word.replace(/^[^=]*=/, '')]),
  );
  const files = valuesOf(args, '-f', '--file', '--makefile');
  return {
    files: files.length > 0 ? files : ['GNUmakefile', 'makefile', 'Makefile'],
    folder: valuesOf(args, '-C', '--directory').at(-1) ?? '',
    name: goals.join(' '),
    sure: true,
    lines: (text) => linesOf(text, goals, settings),
  };
}
