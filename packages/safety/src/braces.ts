// Brace expansion: `{rm,-rf,src}` is three words.
import { UNKNOWN } from './marks.js';

const MAX_LENGTH = 2_000;
const MAX_WORDS = 256;
const MAX_NESTING = 40;

/** The words a brace expression stands for; one unknown word when it is too large or not constant. */
export function expandBraces(text: string): string[] {
  if (text.length > MAX_LENGTH || /[$`]/.test(text)) return [UNKNOWN];
  const words = expand(text, 0);
  return words === null || words.length > MAX_WORDS ? [UNKNOWN] : words.map((word) => word.replace(/\\(.)|['"]/g, '$1'));
}

function expand(text: string, nesting: number): string[] | null {
  if (nesting > MAX_NESTING) return null;
  const open = text.indexOf('{');
  const close = open < 0 ? -1 : matching(text, open);
  if (close < 0) return [text];
  const members = membersOf(text.slice(open + 1, close));
  const heads: string[] = [];
  for (const member of members) {
    const words = expand(member, nesting + 1);
    if (words === null) return null;
    heads.push(...words);
  }
  const tails = expand(text.slice(close + 1), nesting + 1);
  if (tails === null || heads.length * tails.length > MAX_WORDS) return null;
  return heads.flatMap((head) => tails.map((tail) => text.slice(0, open) + head + tail));
}

function matching(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function membersOf(inner: string): string[] {
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    const count = Math.min(Math.abs(to - from) + 1, MAX_WORDS + 1);
    return Array.from({ length: count }, (_, at) => String(from + (from <= to ? at : -at)));
  }
  const members: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === '{') depth++;
    else if (inner[at] === '}') depth--;
    else if (inner[at] === ',' && depth === 0) {
      members.push(inner.slice(start, at));
      start = at + 1;
    }
  }
  return [...members, inner.slice(start)];
}
