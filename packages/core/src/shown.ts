// Text that a person decides by, as it may be shown: on one line, and with nothing in it that hides or passes for something else.

/** Longer commands are not put to anybody: with its surroundings one must fit whole into one chat message. */
const MAX_SHOWN_CHARS = 1_500;

const BREAK = /\r\n|[\n\u0085\u2028\u2029]/gu;
/** Controls, bidi and zero-width marks, spaces that are none or look like one, halves of characters, and what has no shape at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
/** Nearly all there is: nothing in it could be anything else than it seems. */
const PLAIN = /^[\t\x20-\x7e]*$/;
const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

/** Letters of other scripts that nobody can tell from Latin ones. */
const LOOKALIKES = new Set('аеорсухіјѕһԁԛԝүАВЕКМНОРСТХІЈЅԌԚԜαινορτυχγκΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհցքաԱՕՏᎪᏴᏟᎬᎻᎫᏦᎷᏃᎡᏒᏚᎢᏙᎳᏃℓⅼⅽⅾⅿⅰⅴⅹ');

const marked = (character: string): string => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** Line breaks are shown as ⏎, everything unseen or disguised by its number. */
export function shown(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(BREAK, ' ⏎ ')
    .replace(UNSEEN, (character) => (character === '\t' ? character : marked(character)))
    .replace(WORD, undisguised);
}

/** True when the text can be shown whole wherever somebody may approve it. */
export const canBeShown = (text: string): boolean => text.length <= MAX_SHOWN_CHARS && shown(text).length <= MAX_SHOWN_CHARS;

/** Foreign letters are marked in a word that also has Latin ones, or that looks Latin altogether. */
function undisguised(word: string): string {
  const letters = [...word];
  // Wide, bold or circled forms become plain ones wherever a program normalises.
  const forms = letters.map((letter) =>
    /[\p{L}\p{N}]/u.test(letter) && /^[\x21-\x7e]+$/.test(letter.normalize('NFKC')) && letter > '\x7e' ? marked(letter) : letter,
  );
  const hasLatin = /\p{Script=Latin}/u.test(word);
  const looksLatin = letters.every((letter) => LOOKALIKES.has(letter) || !/\p{L}/u.test(letter));
  if (!hasLatin && !looksLatin) return forms.join('');
  return forms.map((letter) => (LOOKALIKES.has(letter) || (hasLatin && isForeign(letter)) ? marked(letter) : letter)).join('');
}

const isForeign = (letter: string): boolean =>
  /^[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]$/u.test(letter);
