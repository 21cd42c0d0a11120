// A reply cut into words and marks, each knowing its place in the text.
import { HESITATIONS } from '../spoken.js';

export type Word = { text: string; start: number; end: number };

/** The text without mentions and invisible characters, wide digits made plain. */
export function cleanReply(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/<[@#][!&]?\d{1,21}>/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll('’', "'")
    .trim();
}

export function wordsOf(reply: string): Word[] {
  return [...reply.matchAll(/[\p{L}\p{N}]+(?:'\p{L}+)*|\S/gu)]
    .map((match) => ({ text: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length }))
    .filter(({ text }) => !HESITATIONS.has(text));
}

/** Marks that change nothing between the parts of a reply, formatting included. */
export const isMark = (word: Word | undefined): boolean => word !== undefined && /^[.,:;!=\-–—"'“”‘()*_~|`]$/.test(word.text);

/** How many words of `phrases` begin at `at`; the longest phrase wins, 0 when none does. */
export function phraseLength(words: readonly Word[], at: number, phrases: readonly string[]): number {
  const lengths = phrases.map((phrase) => {
    const parts = phrase.split(' ');
    return parts.every((part, index) => words[at + index]?.text === part) ? parts.length : 0;
  });
  return Math.max(0, ...lengths);
}
