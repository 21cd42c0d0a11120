// One program about to run, and how its arguments read: clusters, abbreviations, `--`, options that take a value.
import type { Place } from './place.js';

export type Call = {
  /** Base name of the program, as the rules know it. */
  readonly program: string;
  readonly args: readonly string[];
  /** Text on standard input when something is piped or redirected in; it may hold marks. Null when nothing is. */
  readonly input: string | null;
  /** Variables set for this call. */
  readonly env: ReadonlyMap<string, string>;
  readonly place: Place;
};

export const beforeDashes = (args: readonly string[]): readonly string[] => {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
};

/** Whether `arg` is the long option `name`, spelled out, with a value, or abbreviated to no fewer than two letters. */
function isLong(arg: string, name: string): boolean {
  const head = arg.split('=', 1)[0] ?? '';
  return head === name || (head.length >= 4 && head.startsWith('--') && name.startsWith(head));
}

const isCluster = (arg: string): boolean => /^-[A-Za-z0-9]+$/.test(arg);

/** Whether any of the options is given: `-f` also within `-uf`, `--force` also as `--forc` or `--force=…`. */
export const has = (args: readonly string[], ...names: readonly string[]): boolean =>
  beforeDashes(args).some((arg) =>
    names.some((name) =>
      name.startsWith('--') ? isLong(arg, name) : arg === name || (name.length === 2 && isCluster(arg) && arg.includes(name.charAt(1))),
    ),
  );

/** Values given to the options: `-o V`, `-oV`, `--opt V`, `--opt=V`, and a cluster that ends in the letter. */
export function valuesOf(args: readonly string[], ...names: readonly string[]): string[] {
  const found: string[] = [];
  args.forEach((arg, at) => {
    for (const name of names) {
      const next = args[at + 1];
      if (name.startsWith('--') && isLong(arg, name)) {
        if (arg.includes('=')) found.push(arg.slice(arg.indexOf('=') + 1));
        else if (next !== undefined) found.push(next);
      } else if (name.startsWith('--')) continue;
      else if (arg === name || (name.length === 2 && isCluster(arg) && arg.endsWith(name.charAt(1)))) {
        if (next !== undefined) found.push(next);
      } else if (name.length === 2 && arg.startsWith(name)) found.push(arg.slice(2));
      else if (name.length > 2 && arg.startsWith(`${name}=`)) found.push(arg.slice(name.length + 1));
    }
  });
  return found;
}

/** Where the first operand stands; `valued` options swallow the word after them. */
export function firstOperand(args: readonly string[], valued: readonly string[], from = 0): number {
  let at = from;
  while (at < args.length) {
    const arg = args[at] ?? '';
    if (arg === '--') return at + 1;
    if (!/^-./.test(arg)) return at;
    at += valued.includes(arg) || (isCluster(arg) && valued.includes(`-${arg.at(-1)}`)) ? 2 : 1;
  }
  return at;
}

/** All operands, in order. */
export function operands(args: readonly string[], valued: readonly string[] = []): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; ) {
    if (args[at] === '--') return [...found, ...args.slice(at + 1)];
    const next = firstOperand(args, valued, at);
    const operand = args[next];
    if (operand === undefined || args[next - 1] === '--') return operand === undefined ? found : [...found, ...args.slice(next)];
    found.push(operand);
    at = next + 1;
  }
  return found;
}

/** Whether the call only asks what the program can do. */
export function asksForHelp(args: readonly string[]): boolean {
  if (beforeDashes(args).some((arg) => arg === '--help' || arg === '-?' || arg === '--usage')) return true;
  return args.length === 1 && ['-h', '--version', '-V', '-help'].includes(args[0] ?? '');
}

/** Whether the call is a rehearsal. */
export const isDryRun = (args: readonly string[]): boolean =>
  beforeDashes(args).some((arg) => /^--(dry-?run|just-print|noop|no-act|simulate)(=(?!none|false).*)?$/.test(arg)) &&
  !args.includes('--dry-run=none');
