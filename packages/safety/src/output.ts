// What simple programs print, when it follows from the command alone: the way hidden commands are assembled before a shell runs them.
import { type Call, firstOperand, has, operands, valuesOf } from './call.js';
import { derivedFrom, isKnown, REMOTE, SECRET, UNKNOWN } from './marks.js';
import { isSecret } from './paths.js';
import { heldIn } from './place.js';
import { printsSettings } from './settings-printers.js';

const MAX_OUTPUT = 65_536;

/** The output as far as it is known; otherwise an unknown text that remembers what flowed into it. */
export function outputOf(call: Call): string {
  const text = produce(call);
  return text.length > MAX_OUTPUT ? UNKNOWN : text;
}

const DOWNLOADERS = [
  'curl',
  'wget',
  'http',
  'https',
  'xh',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'ftp',
  'aria2c',
  'lwp-request',
  'GET',
  'fetch',
  'telnet',
  'iwr',
  'dig',
];

function produce(call: Call): string {
  const { program, args, input } = call;
  const derived = derivedFrom(input ?? '', ...args);
  switch (program) {
    case ':':
    case 'true':
    case 'false':
      return '';
    case 'echo':
      return echo(args);
    case 'printf':
      return isKnown(args[0] ?? '') ? printf(args[0] === '--' ? args.slice(1) : args) : derived;
    case 'cat':
    case 'tac':
    case 'head':
    case 'tail':
    case 'less':
    case 'more':
    case 'bat':
      return read(call);
    case 'tee':
    case 'buffer':
    case 'pv':
    case 'unbuffer':
    case 'stdbuf':
      return input ?? '';
    case 'base64':
    case 'openssl':
    case 'xxd':
    case 'base32':
    case 'rev':
    case 'tr':
    case 'sed':
      return input === null || !isKnown(input) ? derivedFrom(derived, read(call).replace(input ?? '', '')) : decode(program, args, input);
    case 'command':
    case 'type':
    case 'which':
      return program === 'which' || /^-[vpPt]/.test(args[0] ?? '') ? (args.at(-1) ?? '') : derived;
    case 'basename':
      return (args[0] ?? '').replace(/\/+$/, '').replace(/^.*\//, '');
    case 'env':
    case 'printenv':
    case 'set':
      return UNKNOWN + SECRET;
    default:
      if (printsSettings(program, args)) return '';
      if (DOWNLOADERS.includes(program)) return derived + REMOTE;
      return args.some(isSecret) ? derived + SECRET : derived;
  }
}

function echo(args: readonly string[]): string {
  let at = 0;
  while (/^-[neE]+$/.test(args[at] ?? '')) at++;
  const text = args.slice(at).join(' ');
  const flags = args.slice(0, at).join('');
  return (/e/.test(flags) ? unescaped(text) : text) + (/n/.test(flags) ? '' : '\n');
}

const ESCAPES = new Map(
  Object.entries({
    n: '\n',
    t: '\t',
    r: '\r',
    a: '',
    b: '\b',
    f: '\f',
    v: '\v',
    e: '\x1b',
    '\\': '\\',
    '0': '\0',
  }),
);

const unescaped = (text: string): string =>
  text.replace(/\\(x[0-9a-fA-F]{1,2}|0?[0-7]{1,3}|u[0-9a-fA-F]{1,4}|c|.)/g, (_, code: string) => {
    if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]+$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    return code === 'c' ? '' : (ESCAPES.get(code) ?? `\\${code}`);
  });

function printf(args: readonly string[]): string {
  const [format = '', ...rest] = args[0] === '-v' ? [''] : args;
  const values = [...rest];
  let text = '';
  do {
    const before = values.length;
    text += unescaped(format).replace(/%(-?\d*(?:\.\d+)?)([sbdiqcuxX%])/g, (_, _width: string, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? '';
      return kind === 'b' ? unescaped(value) : kind === 'c' ? value.slice(0, 1) : value;
    });
    if (values.length === before) break;
  } while (values.length > 0 && text.length < MAX_OUTPUT);
  return text;
}

function read({ program, args, input, place }: Call): string {
  const paths = operands(args, ['-n', '-c', '--lines', '--bytes']);
  if (paths.length === 0 || (paths.length === 1 && paths[0] === '-')) {
    if (input === null) return UNKNOWN;
    return program === 'cat' || !input.trimEnd().includes('\n') ? input : derivedFrom(input);
  }
  return paths
    .map((path) =>
      path === '/dev/null'
        ? ''
        : path === '-' || path === '/dev/stdin'
          ? (input ?? UNKNOWN)
          : (heldIn(path, place) ?? (isSecret(path) ? UNKNOWN + SECRET : UNKNOWN)),
    )
    .join('');
}

function decode(program: string, args: readonly string[], input: string): string {
  switch (program) {
    case 'base64':
      return has(args, '-d', '-D', '--decode') ? bytes(input, 'base64') : UNKNOWN;
    case 'openssl':
      return (has(args, '-base64') || args.includes('base64') || args.includes('-a')) && args.includes('-d')
        ? bytes(input, 'base64')
        : UNKNOWN;
    case 'xxd':
      return args.some((arg) => /^-[a-z]*r/.test(arg)) ? bytes(input.replace(/\s+/g, ''), 'hex') : UNKNOWN;
    case 'rev':
      return input.replace(/[^\n]+/g, (line) => [...line].reverse().join(''));
    case 'tr':
      return translate(args, input);
    case 'sed':
      return substitute(args, input);
    default:
      return UNKNOWN;
  }
}

const bytes = (text: string, encoding: 'base64' | 'hex'): string => Buffer.from(text, encoding).toString('latin1');

const range = (set: string): string =>
  unescaped(set).replace(/(.)-(.)/g, (_, from: string, to: string) => {
    const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
    return last >= first && last - first < 256
      ? String.fromCharCode(...Array.from({ length: last - first + 1 }, (_each, at) => first + at))
      : `${from}-${to}`;
  });

function translate(args: readonly string[], input: string): string {
  const sets = args
    .slice(firstOperand(args, []))
    .map((set) => range(set.replace('[:upper:]', 'A-Z').replace('[:lower:]', 'a-z').replace('[:space:]', ' \t\n')));
  const [from = '', to = ''] = sets;
  if (has(args, '-c', '-C', '-s', '--complement')) return UNKNOWN;
  if (has(args, '-d', '--delete')) return [...input].filter((char) => !from.includes(char)).join('');
  return to === ''
    ? UNKNOWN
    : [...input].map((char) => (from.includes(char) ? to.charAt(Math.min(from.indexOf(char), to.length - 1)) : char)).join('');
}

/** `s/literal/text/` only. */
function substitute(args: readonly string[], input: string): string {
  const script = valuesOf(args, '-e')[0] ?? operands(args)[0] ?? '';
  const match = /^s([/|,#@])(.*?)\1(.*?)\1(g?)$/.exec(script);
  const [, , from = '', to = '', all = ''] = match ?? [];
  if (!match || /[\\.*^$[\]&]/.test(from + to) || from === '') return UNKNOWN;
  return all ? input.replaceAll(from, () => to) : input.replace(from, () => to);
}
