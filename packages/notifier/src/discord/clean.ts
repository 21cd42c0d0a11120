// Text on its way into Discord: nothing unseen in it, nobody pinged by it, no link in disguise, and no code block left open.
import { plainText } from '@tars/core';

const ZERO_WIDTH_SPACE = '\u200B';
const FENCE = '```';
const OPENING = /^```\w{0,20}$/;

export const clean = (text: string): string => neutral(withOneBlock(whole(plainText(text))));

/** Halves of characters cannot be sent. */
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** Mentions and links behind other words look the same but are none; package names like `@types/node` stay as they are, to be copied. */
const neutral = (text: string): string =>
  text
    .replace(/@(?=everyone|here)/gi, `@${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=@[!&]?\d|#\d|\/[\w -]{1,100}:\d|id:\w)/g, `<${ZERO_WIDTH_SPACE}`)
    .replace(/\](?=\(\s{0,20}<?\s{0,20}[a-z]{1,20}:)/gi, `]${ZERO_WIDTH_SPACE}`);

/** The one block our own sentences end with stays; any other fence was written by somebody else. */
function withOneBlock(text: string): string {
  if (!text.includes(FENCE)) return text;
  const lines = text.split('\n');
  const opening = lines.findIndex((line) => OPENING.test(line));
  const closing = lines.length - 1;
  const isBlock = opening !== -1 && opening < closing && lines[closing] === FENCE;
  return lines
    .map((line, index) => (isBlock && (index === opening || index === closing) ? line : line.replaceAll(FENCE, "'''")))
    .join('\n');
}

const MAX_LINE = 160;

/** The first line, short enough to stand among others, with its code closed. */
export function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  const short = line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE).replace(/[\uD800-\uDBFF]$/, '')}…`;
  if (isClosed(short)) return short;
  // One more after others might make a fence of them.
  const bare = short.replace(/`+$/, '');
  return isClosed(bare) ? bare : `${bare}\``;
}

const isClosed = (line: string): boolean => (line.match(/`/g)?.length ?? 0) % 2 === 0;
