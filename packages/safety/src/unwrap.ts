// Takes a wrapper off: finds the command line or the words it starts.
import { firstOperand, valuesOf } from './call.js';
import { WRAPPERS, type Wrapper } from './wrappers.js';

export type Inner = { readonly argv: readonly string[] } | { readonly line: string };

/** The command lines and argument vectors a wrapper starts; null when the program is no wrapper, or starts nothing here. */
export function unwrap(program: string, args: readonly string[]): Inner[] | null {
  const wrapper = WRAPPERS.get(program);
  if (wrapper === undefined) return null;
  let at = 0;
  for (const verbs of wrapper.after ?? []) {
    at = args.findIndex((arg) => verbs.includes(arg)) + 1;
    if (
      at === 0 ||
      args.slice(0, at - 1).some((arg) => /^[a-z][a-z-]*$/.test(arg) && !['compose', 'container'].includes(arg) && !isValue(args, arg))
    )
      return null;
  }
  if (wrapper.unless?.some((option) => args[0] === option || args.includes(option))) return null;
  const entry = valuesOf(args, ...(wrapper.entry ?? []))
    .slice(0, 1)
    .filter((name) => name !== '');
  if (wrapper.dashes) {
    const dashes = args.indexOf('--', at);
    if (dashes >= 0) return [...linesIn(args.slice(0, dashes), wrapper), { argv: [...entry, ...args.slice(dashes + 1)] }];
    if (entry.length > 0) return [{ argv: entry }];
  }
  const tail = args.findIndex((arg) => wrapper.tail?.includes(arg));
  if (tail >= 0) return [{ argv: args.slice(tail + 1) }];
  at = firstOperand(args, [...(wrapper.valued ?? []), ...(wrapper.line ?? [])], at);
  if (wrapper.assignments) while (/^[A-Za-z_]\w*\+?=/.test(args[at] ?? '') || args[at] === '--') at++;
  for (let skipped = 0; skipped < (wrapper.operands ?? 0) && at < args.length; skipped++) at++;
  if (args[at] === '--') at++;
  const rest = args.slice(at);
  if (entry.length > 0) return [{ argv: [...entry, ...rest] }];
  // Options may follow the operands as long as no command does: `flock file -c 'make'`.
  if (rest.length === 0 || rest[0]?.startsWith('-')) return linesIn(args, wrapper);
  return [...linesIn(args.slice(0, at), wrapper), wrapper.joined ? { line: rest.join(' ') } : { argv: rest }];
}

const linesIn = (args: readonly string[], { line }: Wrapper): Inner[] =>
  line ? valuesOf(args, ...line).map((each) => ({ line: each })) : [];

/** Programs that read shell lines from their input when no command is named. */
export const readsLines = (program: string): boolean =>
  ['ssh', 'nix-shell', 'unshare', 'chroot', 'firejail', 'bwrap', 'script', 'poetry', 'pipenv'].includes(program);

const isValue = (args: readonly string[], word: string): boolean => (args[args.indexOf(word) - 1] ?? '').startsWith('-');
