// Which of the options offered an answer means: by its words, its number or its letter. What is none of them is an answer of its own.
import { cleanReply, isMark, phraseLength, wordsOf } from './answer/words.js';

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];
const NUMBERS = ['one', 'two', 'three', 'four', 'five'];
/** What may stand around an option, or around its number. */
const AROUND = [
  ...['the', 'a', 'i', "i'd", "i'll", 'say', 'choose', 'take', 'pick', 'use', 'prefer', 'want', 'go with', "let's", 'let us', 'lets', 'my'],
  ...[
    'answer',
    'answer is',
    'option',
    'number',
    'letter',
    'choice',
    'please',
    'thanks',
    'thank you',
    'sir',
    'tars',
    'hey',
    'it is',
    "it's",
    'would like',
  ],
];

/** The option as it was offered, or null. */
export function parseOption(reply: string, options: readonly string[]): string | null {
  const said = plain(reply);
  const exact = options.filter((option) => plain(option) === said);
  if (exact.length === 1) return exact[0] ?? null;
  const words = wordsOf(cleanReply(reply)).filter((word) => !isMark(word));
  let from = 0;
  let to = words.length;
  while (from < to && phraseLength(words, from, AROUND) > 0) from += phraseLength(words, from, AROUND);
  while (to > from && /^(please|thanks|sir|tars)$/.test(words[to - 1]?.text ?? '')) to -= 1;
  const rest = words.slice(from, to).map(({ text }) => text);
  const named = options.filter((option) => plain(option) === rest.join(' '));
  if (named.length === 1) return named[0] ?? null;
  const bare = rest.length === 2 && rest[1] === 'one' ? rest.slice(0, 1) : rest;
  // "A" alone was taken for the article.
  const only = bare.length === 0 && words.length > 0 ? words.at(-1)?.text : bare.length === 1 ? bare[0] : undefined;
  return only === undefined ? null : (options[placeOf(only, options.length)] ?? null);
}

function placeOf(word: string, count: number): number {
  if (word === 'last') return count - 1;
  if (/^[1-9](st|nd|rd|th)?$/.test(word)) return Number(word.charAt(0)) - 1;
  const place = Math.max(ORDINALS.indexOf(word), NUMBERS.indexOf(word), ['a', 'b', 'c', 'd', 'e'].indexOf(word));
  return place;
}

const plain = (text: string): string =>
  wordsOf(cleanReply(text))
    .filter((word) => !isMark(word))
    .map(({ text: word }) => word)
    .join(' ');
