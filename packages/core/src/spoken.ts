// How digits and letters sound when somebody says a code or a task id aloud.

const DIGITS = new Map(
  [['zero', 'oh', 'o', 'nought'], ['one'], ['two'], ['three'], ['four'], ['five'], ['six'], ['seven'], ['eight'], ['nine']].flatMap(
    (words, digit) => words.map((word) => [word, String(digit)] as const),
  ),
);
const TEENS = ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const PAIRS = new Map([
  ...TEENS.map((word, unit) => [word, `1${unit}`] as const),
  ...TENS.map((word, index) => [word, `${index + 2}0`] as const),
]);
const TIMES = new Map([
  ['double', 2],
  ['triple', 3],
]);
/** The spelling alphabet, for the letters that task ids are made of. */
const LETTERS = new Map([
  ['alpha', 'a'],
  ['alfa', 'a'],
  ['charlie', 'c'],
  ['foxtrot', 'f'],
  ['hotel', 'h'],
  ['kilo', 'k'],
  ['romeo', 'r'],
  ['xray', 'x'],
  ['yankee', 'y'],
]);

/** Sounds people make while they look for the next digit. */
export const HESITATIONS: ReadonlySet<string> = new Set(['um', 'uh', 'uhm', 'er', 'erm', 'hm', 'hmm', 'mhm']);

/** A piece of a spoken or typed number: `digits` from the words before index `next`. */
export type DigitPiece = { digits: string; next: number; typed: boolean };

/** Reads "6283", "six", "twelve", "sixty-two" or "double two" from lower-case words; null when no digits begin at `start`. */
export function readDigits(words: readonly string[], start: number): DigitPiece | null {
  const word = words[start] ?? '';
  if (/^\d+$/.test(word)) return { digits: word, next: start + 1, typed: true };
  const digit = DIGITS.get(word);
  if (digit !== undefined) return { digits: digit, next: start + 1, typed: false };
  const times = TIMES.get(word);
  if (times !== undefined) {
    const repeated = singleDigit(words[start + 1]);
    return repeated === null ? null : { digits: repeated.repeat(times), next: start + 2, typed: false };
  }
  const pair = PAIRS.get(word);
  if (pair === undefined) return null;
  const unitAt = words[start + 1] === '-' ? start + 2 : start + 1;
  const unit = DIGITS.get(words[unitAt] ?? '');
  if (!pair.endsWith('0') || pair === '10' || unit === undefined || unit === '0') return { digits: pair, next: start + 1, typed: false };
  return { digits: `${pair.charAt(0)}${unit}`, next: unitAt + 1, typed: false };
}

const singleDigit = (word = ''): string | null => (/^\d$/.test(word) ? word : (DIGITS.get(word) ?? null));

/** The one letter or digit that a word stands for: "a", "alpha", "7", "seven"; null for any other word. */
export function readCharacter(word: string): string | null {
  return /^[a-z]$/.test(word) && !DIGITS.has(word) ? word : (singleDigit(word) ?? LETTERS.get(word) ?? null);
}

/** "seven" for "7". */
export function digitName(digit: string): string {
  return [...DIGITS].find(([, value]) => value === digit)?.[0] ?? digit;
}
