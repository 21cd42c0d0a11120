// A reply that is a code and nothing else: digits in any spelling, with words around them that only introduce a code.
import { readDigits } from '../spoken.js';
import { readTaskReference } from './task-reference.js';
import { isMark, phraseLength, type Word } from './words.js';

/** What may stand around a code. Any other word makes the reply a sentence that happens to hold a number. */
const AROUND_CODE = [
  ...['code', 'the', 'my', 'is', 'pin', 'confirmation', "it's", 'it is', "that's", 'that is', 'here', "here's", 'here is', 'here it is'],
  ...['here you go', 'go ahead', 'yes', 'yeah', 'yep', 'ok', 'okay', 'sure', 'alright', 'well', 'so', 'sorry', 'please', 'thanks'],
  ...['thank you', 'tars', 'hey', 'hi', 'hello', 'sir', 'i', 'approve', 'approved', 'confirm', 'confirmed', 'proceed', 'say again'],
];

/** "It's 2024" and "it's ten thirty" tell a year and a time; "my code is 2024" tells a code. */
const TELLING = ["it's", 'it is', "that's", 'that is'];
const NAMING = ['code', 'pin', 'confirmation'];

export type FoundCode = { code: string; taskId?: string };

export function readCode(words: readonly Word[], taskIds: readonly string[]): FoundCode | null {
  // "Is it 6283?" asks.
  if (words[0]?.text === 'is' || words.some(({ text }) => text === '?')) return null;
  let code: string | null = null;
  let taskId: string | null = null;
  for (let at = 0; at < words.length; ) {
    const task = readTaskReference(words, at, taskIds);
    if (task !== null) {
      if (taskId !== null && taskId !== task.id) return null;
      taskId = task.id;
      at = task.next;
      continue;
    }
    const number = readNumber(words, at);
    if (number !== null) {
      // Two numbers: nobody can tell which is meant.
      if (code !== null || !number.isClear || (number.isMoment && isTold(words))) return null;
      code = number.digits;
      at = number.next;
      continue;
    }
    const skipped = isMark(words[at]) ? 1 : phraseLength(words, at, AROUND_CODE);
    if (skipped === 0) return null;
    at += skipped;
  }
  if (code === null || code.length < 4 || code.length > 12) return null;
  return taskId === null ? { code } : { code, taskId };
}

const isTold = (words: readonly Word[]): boolean =>
  words.some((_, at) => phraseLength(words, at, TELLING) > 0) && !words.some(({ text }) => NAMING.includes(text));

type Piece = { digits: string; typed: boolean };
type FoundNumber = { digits: string; next: number; isClear: boolean; isMoment: boolean };

function readNumber(words: readonly Word[], start: number): FoundNumber | null {
  const texts = words.map(({ text }) => text);
  const pieces: Piece[] = [];
  let next = start;
  for (let at = start; ; ) {
    const piece = readDigits(texts, at);
    if (piece === null) break;
    pieces.push(piece);
    next = piece.next;
    at = afterSeparator(words, next);
  }
  if (pieces.length === 0) return null;
  const digits = pieces.map((piece) => piece.digits).join('');
  return { digits, next, isClear: isOneNumber(pieces), isMoment: isMoment(pieces) };
}

/** Where the next piece may begin: "6 2", "6, 2", "6-2", "6,2"; but 6,283 and 10.30 and 10:30 are other things than codes. */
function afterSeparator(words: readonly Word[], at: number): number {
  let next = at;
  while (/^[,.–—-]$/.test(words[next]?.text ?? '')) next += 1;
  const mark = words[next - 1];
  const following = words[next];
  if (next === at || mark === undefined || following === undefined || /[–—-]/.test(mark.text) || following.start > mark.end) return next;
  const isSingle = (word: Word | undefined) => /^\d$/.test(word?.text ?? '');
  return mark.text === ',' && isSingle(words[at - 1]) && isSingle(following) ? next : at;
}

/** Typed pieces must be of one length, as in 62 83: a date, a phone number or two codes are not one number. */
function isOneNumber(pieces: readonly Piece[]): boolean {
  const [first] = pieces;
  if (pieces.length === 1 || pieces.every(({ typed }) => !typed)) return true;
  return pieces.every(({ digits }) => digits.length === first?.digits.length && digits.length <= 3);
}

/** A year, or a time of day as people say it: 2024, "nineteen eighty-four", 10 30, "ten oh five"; but not "one two three four". */
function isMoment(pieces: readonly Piece[]): boolean {
  const [first = '', ...rest] = pieces.map(({ digits }) => digits);
  if (rest.length === 0) return /^(19|20)\d\d$/.test(first);
  const second = rest.join('');
  if (first.length !== 2 || second.length !== 2 || (rest.length > 1 && rest[0] !== '0')) return false;
  return first === '19' || first === '20' || (Number(first) <= 23 && Number(second) <= 59);
}
