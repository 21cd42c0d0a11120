// Programs that start another one for every item they find or are given: xargs, parallel, find, fd, entr.
import { firstOperand, has, valuesOf } from './call.js';
import { derivedFrom, isKnown, SECRET, UNKNOWN } from './marks.js';
import { isSecret } from './paths.js';
import type { Inner } from './unwrap.js';

const MAX_ITEMS = 64;

/** What is started; null when the program is none of these. */
export function spread(program: string, args: readonly string[], input: string | null): Inner[] | null {
  switch (program) {
    case 'xargs':
    case 'gxargs':
      return xargs(args, input);
    case 'parallel':
      return parallel(args, input);
    case 'find':
    case 'gfind':
    case 'bfs':
      return find(args);
    case 'fd':
    case 'fdfind':
      return fd(args);
    default:
      return null;
  }
}

const items = (input: string | null): string[] =>
  input === null || !isKnown(input) ? [derivedFrom(input ?? '')] : input.split(/[\0\s]+/).filter((item) => item !== '');
const lines = (input: string | null): string[] =>
  input === null || !isKnown(input) ? [derivedFrom(input ?? '')] : input.split(/[\0\n]+/).filter((line) => line !== '');

function xargs(args: readonly string[], piped: string | null): Inner[] {
  const at = firstOperand(args, [
    '-n',
    '-P',
    '-L',
    '-l',
    '-d',
    '-E',
    '-s',
    '-a',
    '-I',
    '-J',
    '-R',
    '--max-args',
    '--max-procs',
    '--max-lines',
    '--delimiter',
    '--arg-file',
    '--replace',
  ]);
  const command = args.slice(at);
  if (command.length === 0) return [];
  const options = args.slice(0, at);
  const input = valuesOf(options, '-a', '--arg-file').some(isSecret) ? UNKNOWN + SECRET : piped;
  const token = valuesOf(options, '-I', '-J', '--replace')[0] ?? (has(options, '-i') ? '{}' : undefined);
  if (token !== undefined && token !== '')
    return lines(input)
      .slice(0, MAX_ITEMS)
      .map((line) => ({ argv: command.map((word) => word.replaceAll(token, () => line)) }));
  const delimited = has(options, '-d', '--delimiter');
  return [{ argv: [...command, ...(delimited ? lines(input) : items(input)).slice(0, 1_000)] }];
}

function parallel(args: readonly string[], input: string | null): Inner[] {
  const marker = args.findIndex((arg) => /^:{3,4}\+?$/.test(arg));
  const own = marker < 0 ? args : args.slice(0, marker);
  const given = marker < 0 ? lines(input) : args.slice(marker).filter((arg) => !/^:{3,4}\+?$/.test(arg));
  const command = own.slice(
    firstOperand(own, [
      '-j',
      '--jobs',
      '-n',
      '-N',
      '-I',
      '--joblog',
      '--delay',
      '--timeout',
      '-a',
      '--colsep',
      '-S',
      '--tmpdir',
      '--results',
    ]),
  );
  if (has(own.slice(0, own.length - command.length), '--dry-run', '--dryrun')) return [];
  if (command.length === 0) return given.slice(0, MAX_ITEMS).map((line) => ({ line }));
  const line = command.join(' ');
  return given
    .slice(0, MAX_ITEMS)
    .map((item) => ({ line: line.includes('{') ? line.replace(/\{(\.|\/|\/\.|\/\/|#|%)?\}/g, () => item) : `${line} ${item}` }));
}

function find(args: readonly string[]): Inner[] {
  const found: Inner[] = [];
  for (let at = 0; at < args.length; at++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(args[at] ?? '')) continue;
    const length = args.slice(at + 1).findIndex((arg) => arg === ';' || arg === '+');
    const command = args.slice(at + 1, length < 0 ? undefined : at + 1 + length);
    found.push({ argv: command.map((word) => word.replaceAll('{}', UNKNOWN)) });
    at += command.length;
  }
  return found;
}

function fd(args: readonly string[]): Inner[] {
  const at = args.findIndex((arg) => /^(-x|-X|--exec|--exec-batch)$/.test(arg));
  if (at < 0) return [];
  const command = args.slice(at + 1).filter((word) => word !== ';');
  const placed = command.map((word) => word.replace(/\{(\.|\/|\/\.|\/\/)?\}/g, UNKNOWN));
  return [{ argv: isKnown(placed.join('')) ? [...placed, UNKNOWN] : placed }];
}
