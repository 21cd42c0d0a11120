// Digit codes taken out of a text however they are written there: as digits, spaced, spelled, in words.
import { HESITATIONS, readDigits } from './spoken.js';

/** Between the pieces of a code: what somebody may put there who dictates or disguises it. */
const MAX_GAP_CHARS = 24;
const HESITATION = new RegExp(`\\b(?:${[...HESITATIONS].join('|')})\\b`, 'gi');
const isGap = (text: string): boolean =>
  text !== '' && text.length <= MAX_GAP_CHARS && /^[\s\p{Cc}\p{Cf},.:;/|*_'"`–—-]+$/u.test(text.replace(HESITATION, ' '));

/** Replaces each of `codes` (digits only) by `marker`, where it stands as a whole number of its own. */
export function withoutCodes(text: string, codes: ReadonlySet<string>, marker: string): string {
  const longest = Math.max(...[...codes].map((code) => code.length));
  // Wide and circled digits too: whoever reads a code may make them plain first.
  const found = [...text.matchAll(/\p{N}+|\p{L}+/gu)]
    .map((match) => ({ word: match[0].normalize('NFKC').toLowerCase(), start: match.index, end: match.index + match[0].length }))
    .filter(({ word }) => !HESITATIONS.has(word));
  const words = found.map(({ word }) => word);
  const startOf = (index: number) => found[index]?.start ?? text.length;
  const endOf = (index: number) => found[index]?.end ?? text.length;

  /** The index of the word after the code that begins at `first`, or null. */
  const codeEnd = (first: number): number | null => {
    let digits = '';
    for (let next = first; digits.length < longest; ) {
      const piece = readDigits(words, next);
      if (piece === null) return null;
      digits += piece.digits;
      // "628 3rd" is not 6283.
      const isWhole = next === first || piece.next === words.length || endOf(piece.next - 1) < startOf(piece.next);
      if (codes.has(digits) && isWhole) return piece.next;
      if (!isGap(text.slice(endOf(piece.next - 1), startOf(piece.next)))) return null;
      next = piece.next;
    }
    return null;
  };

  const kept: string[] = [];
  let from = 0;
  for (let index = 0; index < words.length; ) {
    const end = codeEnd(index);
    if (end === null) {
      index += 1;
      continue;
    }
    kept.push(text.slice(from, startOf(index)), marker);
    from = endOf(end - 1);
    index = end;
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}
