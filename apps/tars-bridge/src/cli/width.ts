// How many columns a text takes on a terminal, and the beginning of it that fits.

const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NOTHING = /^[\p{M}\u200b-\u200f]+$/u;

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const widthOfOne = (character: string): number => (NOTHING.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

export const widthOf = (text: string): number => [...characters.segment(text)].reduce((sum, { segment }) => sum + widthOfOne(segment), 0);

export function fitted(text: string, columns: number): string {
  let left = columns;
  let kept = '';
  for (const { segment } of characters.segment(text)) {
    left -= widthOfOne(segment);
    if (left < 0) break;
    kept += segment;
  }
  return kept;
}
