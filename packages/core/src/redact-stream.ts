// Redaction of text that comes in pieces: what may be the beginning of a secret is held back until its end is known.
import type { Redact } from './redact.js';

export type RedactStream = {
  /** What can be shown by now. */
  push(piece: string): string;
  /** The rest, when nothing follows. */
  end(): string;
};

/** Nothing is held back for longer than this: no shape of a secret is. */
const MOST_HELD = 20_000;
const KEY_ENDS = /-----END [A-Z ]{0,40}-----/;

/** `secrets` as the redactor knows them: where one has spaces within, no line is shown before its end. */
export function createRedactStream(redact: Redact, secrets: readonly string[]): RedactStream {
  const byLine = secrets.some((secret) => /\s/.test(secret));
  /** The line under way, or an unfinished key with its lines, and how much of it, redacted, was shown. */
  let open = '';
  let shown = '';

  const show = (text: string): string => {
    const clean = redact(text);
    const news = clean.slice(commonLength(clean, shown));
    shown = clean;
    return news;
  };

  return {
    push(piece) {
      const text = open + piece;
      const begin = Math.max(openFrom(text), text.length - MOST_HELD);
      const whole = begin === 0 ? '' : show(text.slice(0, begin));
      if (begin > 0) shown = '';
      open = text.slice(begin);
      return byLine ? whole : whole + show(open.slice(0, lastWord(open)));
    },
    end() {
      const rest = show(open);
      open = '';
      shown = '';
      return rest;
    },
  };
}

/** Where the line under way begins; a private key without its end counts as one line. */
function openFrom(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  const key = text.lastIndexOf('-----BEGIN ');
  const isUnfinished = key !== -1 && key < line && !KEY_ENDS.test(text.slice(key, line));
  return isUnfinished ? text.lastIndexOf('\n', key) + 1 : line;
}

/** Where the last word begins; in an unfinished key all of it is one. */
function lastWord(open: string): number {
  const key = open.indexOf('-----BEGIN ');
  const word = /\S*\s{0,8}$/.exec(open.slice(-MOST_HELD))?.[0] ?? '';
  return Math.min(key === -1 ? open.length : key, open.length - word.length);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
