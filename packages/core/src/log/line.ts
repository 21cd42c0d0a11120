// What one log line looks like: as JSON for machines, in colours for a person. Either way it is exactly one entry.
import { stripVTControlCharacters, styleText } from 'node:util';

export type Line = { ts: string; level: 'debug' | 'info' | 'warn' | 'error'; msg: string; service: string };

export const jsonLine = (line: Line): string => JSON.stringify(line);

const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;

/** `12:00:00 WARN api  Redis is away task_id=a7f3`, an error's stack beneath. */
export function prettyLine({ ts, level, msg, service, ...fields }: Line & { err?: unknown }): string {
  const { err, ...rest } = fields;
  const shown = Object.entries(rest).map(
    ([name, value]) => ` ${dim(`${name}=`)}${harmless(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  const head = `${dim(ts.slice(11, 19))} ${styleText(COLOURS[level], level.toUpperCase().padEnd(5))} ${dim(service)} ${harmless(msg)}`;
  return head + shown.join('') + stackOf(err);
}

const dim = (text: string) => styleText('dim', text);

function stackOf(err: unknown): string {
  if (err === undefined) return '';
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? String(err.stack) : JSON.stringify(err);
  return stack
    .split('\n')
    .map((row) => `\n  ${harmless(row)}`)
    .join('');
}

/** No text that is logged can move the cursor, turn the reading direction or begin a line of its own. */
function harmless(text: string | undefined): string {
  return stripVTControlCharacters(text ?? 'undefined').replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => NAMED[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': ' ' };
