// What a shell program is told to run: a line, a file, or its own input.
const SHELLS = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ash',
  'ksh',
  'mksh',
  'fish',
  'csh',
  'tcsh',
  'rbash',
  'yash',
  'osh',
  'hush',
  'elvish',
  'nu',
  'xonsh',
  'batch',
  'at',
]);
const VALUED = ['--rcfile', '--init-file', '-O', '+O', '-o', '+o', '-C', '--init-command'];

export type ShellTask =
  | { readonly kind: 'line'; readonly line: string; readonly positionals: readonly string[] }
  | { readonly kind: 'file'; readonly path: string; readonly positionals: readonly string[] }
  | { readonly kind: 'input'; readonly positionals: readonly string[] }
  /** Only checks or prints. */
  | { readonly kind: 'nothing' };

export const isShell = (program: string): boolean => SHELLS.has(program);

export function readShell(program: string, args: readonly string[]): ShellTask {
  if (program === 'at' || program === 'batch')
    return args.some((arg) => /^-[a-zA-Z]*[lrcdf]/.test(arg)) ? { kind: 'nothing' } : { kind: 'input', positionals: [program] };
  let takesLine = false;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--help' || arg === '--version' || arg === '-n' || arg === '--no-execute') return { kind: 'nothing' };
    if (arg === '--' || arg === '-') {
      at++;
      break;
    }
    if (!/^[-+]/.test(arg)) break;
    if (arg.startsWith('--command=')) return { kind: 'line', line: arg.slice(10), positionals: [program] };
    // `bash -c'rm x'`: everything after the letter is taken for the line, as careless writers mean it.
    const glued = /^-[a-z]*c(.*[^A-Za-z].*)$/s.exec(arg)?.[1];
    if (glued !== undefined) return { kind: 'line', line: glued, positionals: [program, ...args.slice(at + 1)] };
    if (arg === '--command' || /^-[A-Za-z]*c[A-Za-z]*$/.test(arg)) takesLine = true;
    if (VALUED.includes(arg) || /^-[A-Za-z]*[oO]$/.test(arg)) at++;
    if (/^-[a-zA-Z]*s/.test(arg) && !takesLine)
      return { kind: 'input', positionals: [program, ...args.slice(at + 1).filter((rest) => rest !== '--')] };
  }
  const rest = args.slice(at);
  const [first] = rest;
  if (takesLine)
    return first === undefined
      ? { kind: 'nothing' }
      : { kind: 'line', line: first, positionals: rest.length > 1 ? rest.slice(1) : [program] };
  return first === undefined || first === '/dev/stdin'
    ? { kind: 'input', positionals: [program] }
    : { kind: 'file', path: first, positionals: rest };
}
