// Digit codes taken out of a text however they are written there: as digits, spaced, spelled, in words.
import { HESITATIONS, readDigits } from './spoken.js';

/** Between the pieces of a code: what somebody may put there who dictates or disguises it. */
const MAX_GAP_CHARS = 24;
const HESITATION = new RegExp(`\\b(?:${[...HESITATIONS].join('|')})\\b`, 'gi');
const isGap = (text: string): boolean => text !== '' && text.length <= MAX_GAP_CHARS && /^[\s,.:;/|*_'"`–—-]*$/.test(bare(text));
/** Without hesitations and invisible characters. */
const bare = (text: string): string =>
  text
    .replace(HESITATION, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim();

type Found = { word: string; start: number; end: number };
/** Stands between words that a comma or the like keeps apart: "sixty, two" is 602, "sixty two" and "sixty-two" are 62. */
const BREAK = ',';

function wordsOf(text: string): Found[] {
  // Wide and circled digits too: whoever reads a code may make them plain first.
  const words = [...text.matchAll(/\p{N}+|\p{L}+/gu)]
    .map((match) => ({ word: match[0].normalize('NFKC').toLowerCase(), start: match.index, end: match.index + match[0].length }))
    .filter(({ word }) => !HESITATIONS.has(word));
  return words.flatMap((found, index) => {
    const next = words[index + 1];
    if (next === undefined || next.start - found.end > MAX_GAP_CHARS) return [found];
    const between = bare(text.slice(found.end, next.start));
    return between === '' || between === '-' ? [found] : [found, { word: BREAK, start: found.end, end: found.end }];
  });
}

/** Replaces each of `codes` (digits only) by `marker`, where it stands as a whole number of its own. */
export function withoutCodes(text: string, codes: ReadonlySet<string>, marker: string): string {
  const longest = Math.max(...[...codes].map((code) => code.length));
  const found = wordsOf(text);
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
      const last = piece.next - 1;
      const following = words[piece.next] === BREAK ? piece.next + 1 : piece.next;
      // "628 3rd" is not 6283.
      const isWhole = next === first || following === words.length || endOf(last) < startOf(following);
      if (codes.has(digits) && isWhole) return piece.next;
      if (!isGap(text.slice(endOf(last), startOf(following)))) return null;
      next = following;
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
