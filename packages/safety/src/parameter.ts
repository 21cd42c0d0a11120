// What `${name…}` stands for, when the name's value is known.
import { isKnown, UNKNOWN } from './marks.js';
import { lookUp, type Shell, type Value } from './shell.js';
import type { Parameter, Word } from './syntax.js';

const MAX_LENGTH = 200;

type ToText = (word: Word) => string;

/** The value after the parameter's operator; an array stays an array. `text` expands an operand, which may run commands. */
export function parameterValue(it: Parameter, shell: Shell, text: ToText): Value {
  const name = it.prefix === '!' && it.operator === null ? String(valueHeld(it.name, shell, null, text) ?? UNKNOWN) : it.name;
  const value = valueHeld(name, shell, it.index, text);
  if (it.prefix === '#') return UNKNOWN;
  return it.operator === null ? (value ?? unset(name, shell)) : operated(it, value, shell, text);
}

/** Names of the environment whose value matters and can be guessed; any other was set outside and stays unknown. */
const unset = (name: string, shell: Shell): string =>
  (name === 'PWD' ? shell.folders.at(-1) : undefined) || (ENVIRONMENT.get(name) ?? UNKNOWN);

const ENVIRONMENT = new Map([
  ['HOME', '~'],
  ['PWD', '.'],
  ['SHELL', 'sh'],
  ['BASH', 'bash'],
  ['IFS', ' \t\n'],
]);

function valueHeld(name: string, shell: Shell, index: Word | null, text: ToText): Value | undefined {
  if (/^\d+$/.test(name)) return shell.positionals === null ? UNKNOWN : (shell.positionals[Number(name)] ?? '');
  if (name === '@' || name === '*') return shell.positionals === null ? [UNKNOWN] : shell.positionals.slice(1);
  const value = lookUp(shell, name);
  if (index === null) return typeof value === 'object' && value.length > 0 ? (value[0] ?? '') : value;
  const at = text(index);
  if (at === '@' || at === '*') return typeof value === 'string' ? [value] : value;
  return typeof value === 'object' && /^\d+$/.test(at) ? (value[Number(at)] ?? '') : value === undefined ? undefined : UNKNOWN;
}

function operated(it: Parameter, value: Value | undefined, shell: Shell, text: ToText): Value {
  const [first, second] = it.operands.map(text);
  const operand = first ?? '';
  switch (it.operator) {
    case '-':
    case ':-':
    case '=':
    case ':=':
      return value === undefined || value === '' ? operand : value;
    case '+':
    case ':+':
      return value === '' ? '' : operand;
    case '?':
    case ':?':
      return value ?? UNKNOWN;
  }
  if (it.operator === ':' && second === '0') return '';
  if (typeof value !== 'string' || !isKnown(value) || !isKnown(operand)) return value === undefined ? unset(it.name, shell) : UNKNOWN;
  switch (it.operator) {
    case '#':
    case '##':
    case '%':
    case '%%':
      return removed(value, operand, it.operator);
    case '/':
      return /[*?[]/.test(operand) ? UNKNOWN : value.replace(operand, () => second ?? '');
    case '//':
      return /[*?[]/.test(operand) ? UNKNOWN : value.replaceAll(operand, () => second ?? '');
    case ':': {
      const from = Number(operand);
      return Number.isInteger(from) ? value.slice(from, second === undefined ? undefined : from + Number(second)) : UNKNOWN;
    }
    case '^^':
      return value.toUpperCase();
    case ',,':
      return value.toLowerCase();
    case '^':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case ',':
      return value.slice(0, 1).toLowerCase() + value.slice(1);
    default:
      return UNKNOWN;
  }
}

function removed(value: string, glob: string, operator: '#' | '##' | '%' | '%%'): string {
  if (value.length > MAX_LENGTH || glob.length > MAX_LENGTH) return UNKNOWN;
  const cuts = Array.from({ length: value.length + 1 }, (_, at) => at);
  const shortestFirst = operator === '#' || operator === '%' ? cuts : cuts.reverse();
  for (const length of shortestFirst) {
    if (operator.startsWith('#') && matches(value.slice(0, length), glob)) return value.slice(length);
    if (operator.startsWith('%') && matches(value.slice(value.length - length), glob)) return value.slice(0, value.length - length);
  }
  return value;
}

/** Whether all of `text` fits a pattern of `*` and `?`. Only the latest star is ever widened, so the time stays bounded. */
function matches(text: string, glob: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let read = 0; read < text.length; ) {
    if (at < glob.length && glob[at] === '*') {
      star = at++;
      resume = read;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[read])) {
      at++;
      read++;
    } else if (star >= 0) {
      at = star + 1;
      read = ++resume;
    } else return false;
  }
  return /^\**$/.test(glob.slice(at));
}
