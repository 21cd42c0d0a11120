// Text of programs and models without what moves a cursor, reorders letters or stands there unseen.

/** Zero-width joiners and the like keep their meaning inside emoji and in scripts that need them; alone between Latin letters they only hide. */
const UNSEEN =
  /[^\P{Cc}\t\n]|[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{M})\u200D|(?<=[\x20-\x7E]|^)\u200C/gu;

/** Line ends become LF; colours, controls, bidi and zero-width characters are left out. */
export const plainText = (text: string): string =>
  text
    .replace(ESCAPES, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(UNSEEN, '');

// biome keeps control characters out of patterns; these are what the pattern is for, so it is built from text.
const [ESC, CSI] = ['\\u001b', '\\u009b'];
/** Whole sequences first, so that their letters do not stay behind as text. */
const ESCAPES = new RegExp(
  `${ESC}[\\]PX^_][^${ESC}\\u0007]{0,4096}(?:\\u0007|${ESC}\\\\)|(?:${ESC}\\[|${CSI})[0-?]{0,64}[ -/]{0,8}[@-~]|${ESC}[ -/]{0,4}[0-~]`,
  'g',
);
