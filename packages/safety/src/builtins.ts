// Shell builtins that change what later words mean, or run text: set, read, alias, eval, trap, source …
import { operands } from './call.js';
import { textOf } from './expand.js';
import { isKnown, UNKNOWN } from './marks.js';
import { parse, subscripted } from './parse.js';
import { pathFrom } from './place.js';
import { bind, bindAny, lookUp, type Shell } from './shell.js';

export type Effect =
  /** Runs text in this very shell. */
  | {
      readonly kind: 'line';
      readonly line: string;
      /** The line was read from the input: nothing of it is left. */
      readonly consumed?: boolean;
    }
  | { readonly kind: 'file'; readonly path: string; readonly positionals: readonly string[] }
  | { readonly kind: 'done'; readonly output: string };

const MAX_FOLDERS = 8;

const DONE: Effect = { kind: 'done', output: '' };

/** What the builtin does; null when the program is none, or is left to the rules. */
export function builtin(program: string, args: readonly string[], input: string | null, shell: Shell): Effect | null {
  switch (program) {
    case 'eval':
      return { kind: 'line', line: args.join(' ') };
    case 'cd':
    case 'pushd':
      goTo(operands(args)[0] ?? '~', shell);
      return DONE;
    case 'popd':
      goTo('-', shell);
      return DONE;
    case 'hash':
      if (args[0] === '-p' && args[1] !== undefined && args[2] !== undefined) shell.aliases.set(args[2], args[1]);
      return DONE;
    case 'trap': {
      const [line = ''] = args[0] === '--' ? args.slice(1) : args;
      return line === '' || /^-/.test(line) || args.length < 2 ? DONE : { kind: 'line', line };
    }
    case '.':
    case 'source': {
      const [path = '', ...rest] = args;
      return path === '/dev/stdin' || path === '-'
        ? { kind: 'line', line: input ?? '', consumed: true }
        : { kind: 'file', path, positionals: [path, ...rest] };
    }
    case 'set':
      if (args.includes('--')) shell.positionals = ['sh', ...args.slice(args.indexOf('--') + 1)];
      else if (args.length > 0 && !/^[-+]/.test(args[0] ?? '')) shell.positionals = ['sh', ...args];
      return args.length === 0 ? null : DONE;
    case 'shift':
      if (shell.positionals !== null)
        shell.positionals = [shell.positionals[0] ?? 'sh', ...shell.positionals.slice(1 + Number(args[0] ?? 1))];
      return DONE;
    case 'alias':
      for (const word of args) {
        const at = word.indexOf('=');
        if (at > 0) shell.aliases.set(word.slice(0, at), word.slice(at + 1));
      }
      return DONE;
    case 'read':
    case 'mapfile':
    case 'readarray':
      read(operands(args, ['-d', '-n', '-N', '-p', '-t', '-u', '-a']), input, shell);
      return DONE;
    case 'let':
      for (const word of args) if (/[$`]/.test(word)) shell.evaluate(parse(`: $((${word}))`), shell, null);
      return DONE;
    case 'printf':
    case 'test':
    case '[':
    case 'unset':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'export':
    case 'readonly':
      // Bash evaluates a subscript inside a name once more, however it was quoted.
      for (const word of args) if (/^[A-Za-z_]\w*\[.*[$`]/s.test(word)) textOf(subscripted(word), shell);
      if (program === 'printf' && args[0] === '-v' && args[1] !== undefined) bind(shell, args[1], UNKNOWN);
      return null;
    case 'history':
      return args[0] === '-s' ? { kind: 'line', line: args.slice(1).join(' ') } : null;
    case 'exec':
      return args.length === 0 ? { kind: 'done', output: UNKNOWN } : null;
    default:
      return null;
  }
}

/** What goes somewhere on a condition may as well have stayed. */
function goTo(path: string, shell: Shell): void {
  const before = shell.folders;
  const back = lookUp(shell, 'OLDPWD');
  const target = path === '-' ? (typeof back === 'string' ? back : UNKNOWN) : path;
  const after = before.map((folder) => pathFrom(folder, target));
  bind(shell, 'OLDPWD', before.at(-1) ?? UNKNOWN);
  shell.folders = [...new Set(shell.scope !== null ? [...before, ...after] : after)].slice(-MAX_FOLDERS);
}

function read(names: readonly string[], input: string | null, shell: Shell): void {
  const lines =
    input !== null && isKnown(input)
      ? input.replace(/\n$/, '').split('\n').slice(0, 16)
      : [input === null ? UNKNOWN : input.replace(/[^\uFDD0-\uFDD2]/g, '') || UNKNOWN];
  const [last = 'REPLY', ...others] = [...names].reverse();
  const rows = lines.map((line) => ({ line, words: line.split(/\s+/).filter((word) => word !== '') }));
  for (const name of others.reverse())
    bindAny(
      shell,
      name,
      rows.map(({ words }) => words.shift() ?? ''),
    );
  bindAny(
    shell,
    last,
    rows.map(({ line, words }) => (isKnown(line) ? words.join(' ') : line)),
  );
}
