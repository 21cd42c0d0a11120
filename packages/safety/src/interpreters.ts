// Which programs run code given to them as text, and where on the command line, or on their input, that text stands.
import { firstOperand, has, operands, valuesOf } from './call.js';

/** `awk` and `sed` are here too: both can start programs and write files. */
type Interpreter = {
  /** Options whose value is code. */
  readonly code: readonly string[];
  readonly valued?: readonly string[];
  /** The first operand is code unless an option gave it. */
  readonly operand?: boolean;
  /** Runs its input when no file is named. */
  readonly input?: boolean;
  /** Words that must come first. */
  readonly after?: readonly string[];
};

const INTERPRETERS = new Map<string, Interpreter>(
  Object.entries<Interpreter>({
    python: { code: ['-c'], valued: ['-W', '-X', '-m'], input: true },
    pypy: { code: ['-c'], valued: ['-W', '-X', '-m'], input: true },
    ipython: { code: ['-c'], input: true },
    node: {
      code: ['-e', '--eval', '-p', '--print', '-pe'],
      valued: ['-r', '--require', '--import', '--loader', '--env-file', '-C'],
      input: true,
    },
    bun: { code: ['-e', '--eval', '-p', '--print'], input: false },
    tsx: { code: ['-e', '--eval', '-p'], input: true },
    'ts-node': { code: ['-e', '--eval', '-p'], input: true },
    deno: { code: [], after: ['eval'], operand: true },
    perl: { code: ['-e', '-E'], valued: ['-I'], input: true },
    ruby: { code: ['-e'], valued: ['-r', '-I'], input: true },
    rake: { code: ['-p', '-e', '-E'] },
    irb: { code: ['-e'], input: true },
    php: { code: ['-r', '-B', '-R', '-E', '--execute'], valued: ['-d', '-c', '-S', '-t'], input: true },
    lua: { code: ['-e'], valued: ['-l'], input: true },
    luajit: { code: ['-e'], input: true },
    osascript: { code: ['-e'], valued: ['-l'], input: true },
    R: { code: ['-e'] },
    Rscript: { code: ['-e'], input: true },
    groovy: { code: ['-e'], input: true },
    julia: { code: ['-e', '-E', '--eval'], input: true },
    guile: { code: ['-c'], input: true },
    octave: { code: ['--eval'], input: true },
    'octave-cli': { code: ['--eval'], input: true },
    gnuplot: { code: ['-e'], input: true },
    jrunscript: { code: ['-e'], input: true },
    jshell: { code: [], input: true },
    clisp: { code: ['-x'], input: true },
    sbcl: { code: ['--eval'], input: true },
    emacs: { code: ['--eval', '-eval'] },
    elixir: { code: ['-e', '--eval', '--rpc-eval'], input: true },
    iex: { code: ['-e'], input: true },
    erl: { code: ['-eval'] },
    scala: { code: ['-e'] },
    swift: { code: ['-e'], input: false },
    ocaml: { code: ['-e'], input: true },
    racket: { code: ['-e'], input: true },
    ghc: { code: ['-e'] },
    crystal: { code: [], after: ['eval'], operand: true },
    tclsh: { code: [], input: true },
    wish: { code: [], input: true },
    expect: { code: ['-c'], input: true },
    bpftrace: { code: ['-e'] },
    gdb: { code: ['-ex', '-iex', '--eval-command'] },
    nawk: { code: ['-e', '--source'], valued: ['-F', '-v', '-f'], operand: true },
    awk: { code: ['-e', '--source'], valued: ['-F', '-v', '-f', '--field-separator', '--assign'], operand: true },
    gawk: { code: ['-e', '--source'], valued: ['-F', '-v', '-f'], operand: true },
    mawk: { code: [], valued: ['-F', '-v', '-f'], operand: true },
    pwsh: { code: ['-c', '-Command', '-command'], input: true },
    powershell: { code: ['-c', '-Command', '-command'], input: true },
    dc: { code: ['-e'], input: true },
    nim: { code: [], after: ['e'], operand: true },
    rails: { code: [], after: ['runner', 'r'], operand: true },
    django: { code: ['-c'], after: ['shell'] },
    vim: { code: ['-c', '--cmd'] },
    nvim: { code: ['-c', '--cmd'] },
  }),
);

/** Pieces of program text this call would run; `input` is what is piped in. Empty when the program is no interpreter or runs a file. */
export function codeOf(program: string, args: readonly string[], input: string | null): string[] {
  if (program === 'sed' || program === 'gsed') return [];
  const it = INTERPRETERS.get(program);
  if (it === undefined) return [];
  const at = it.after ? args.findIndex((arg) => it.after?.includes(arg)) + 1 : 0;
  if (it.after && at === 0) return [];
  const own = args.slice(at);
  const given = valuesOf(own, ...it.code);
  // Code options may stand at the end of a cluster: `perl -lne`, `node -pe`.
  const clustered = own.flatMap((arg, index) =>
    /^-[a-zA-Z0-9]*[eEc]$/.test(arg) && it.code.some((option) => option === `-${arg.at(-1)}`) && !it.code.includes(arg)
      ? (own[index + 1] ?? [])
      : [],
  );
  const code = [...new Set([...given, ...clustered])];
  if (code.length > 0) return code;
  const first = own[firstOperand(own, [...(it.valued ?? []), ...it.code])];
  if (it.operand) return first === undefined || has(own, '-f', '--file') ? [] : [first];
  const fromInput =
    it.input &&
    input !== null &&
    (first === undefined || first === '-' || first === '/dev/stdin') &&
    !has(own, '-m', '--version', '--check');
  return fromInput && !own.includes('-m') ? [input] : [];
}

export const isInterpreter = (program: string): boolean => INTERPRETERS.has(program);

/** Options that name a file of code. */
const CODE_FILES = new Map<string, readonly string[]>(
  Object.entries({
    awk: ['-f', '--file'],
    gawk: ['-f', '--file'],
    mawk: ['-f'],
    nawk: ['-f'],
    gdb: ['-x', '--command'],
    emacs: ['-l', '--load', '--script'],
    vim: ['-S'],
    nvim: ['-S'],
    nmap: ['--script'],
  }),
);

/** The files of code this call runs. */
export function scriptFiles(program: string, args: readonly string[]): string[] {
  const named = valuesOf(args, ...(CODE_FILES.get(program) ?? [])).filter((path) => /[./]/.test(path));
  const it = INTERPRETERS.get(program);
  if (it === undefined || it.operand || args.includes('-m') || args.includes('--test') || EDITORS.includes(program)) return named;
  return [...named, ...operands(args, [...(it.valued ?? []), ...it.code]).slice(0, 1)];
}

/** Their operands are files to look at, not to run. */
const EDITORS = ['vim', 'nvim', 'emacs', 'gdb'];

/** Shell lines of a `sed` script's `e` commands, and files its `w` commands write. */
export function sedEffects(args: readonly string[]): { readonly lines: readonly string[]; readonly writes: readonly string[] } {
  const explicit = valuesOf(args, '-e', '--expression');
  const scripts = explicit.length > 0 ? explicit : operands(args, ['-f', '-l', '-E']).slice(0, 1);
  const lines = scripts.flatMap((script) => {
    const executed = /(?:^|[;\n{\d$/])\s*e\s+(.+)$/.exec(script)?.[1];
    const substituted = /s([/|,#@])(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1\w*e\w*\s*(?:;|\}|$)/s.exec(script)?.[2];
    return [executed, substituted].filter((line) => line !== undefined);
  });
  const writes = scripts.flatMap((script) =>
    [...script.matchAll(/(?:^|[;\n{\d$/])\s*\w*[wW]\s+(\/?[^\s;]+)/g)].map((match) => match[1] ?? ''),
  );
  return { lines, writes };
}
