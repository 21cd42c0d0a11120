// Which of the known tasks somebody means: by id, spelled or begun, by "latest", or by a word of its goal.
import { readCharacter, readDigits } from './spoken.js';

export type KnownTask = { readonly id: string; readonly goal: string };
export type ParsedTaskId = { kind: 'one'; id: string } | { kind: 'none' } | { kind: 'several'; ids: string[] };

/** Said about the id, not part of it. */
const AROUND_ID = new Set(['task', 'tasks', 'number', 'id', 'hash', 'the', 'my', 'please', 'sir', 'for', 'of']);
const LATEST = new Set(['latest', 'last', 'newest', 'recent']);
/** Words that tell no goal from another. */
const EMPTY_WORDS = new Set([
  ...AROUND_ID,
  'a',
  'an',
  'one',
  'that',
  'this',
  'with',
  'to',
  'in',
  'on',
  'and',
  'about',
  'most',
  'project',
  'coding',
]);
const MAX_SAID_CHARS = 300;

/** `known` is newest first. Never guesses: what fits several tasks is `several`, what fits none exactly is `none`. */
export function parseTaskId(said: string, known: readonly KnownTask[]): ParsedTaskId {
  const words = wordsOf(said.slice(0, MAX_SAID_CHARS));
  const spelled = spelledId(words.filter((word) => !AROUND_ID.has(word)));
  if (spelled !== null) {
    const exact = known.find(({ id }) => id === spelled);
    if (exact !== undefined) return { kind: 'one', id: exact.id };
    const begun = answer(known.filter(({ id }) => id.startsWith(spelled)));
    if (begun.kind !== 'none') return begun;
  }
  const telling = words.filter((word) => !EMPTY_WORDS.has(word));
  const [newest] = known;
  if (newest !== undefined && telling.length === 1 && LATEST.has(telling[0] ?? '')) return { kind: 'one', id: newest.id };
  if (telling.length === 0) return { kind: 'none' };
  return answer(known.filter(({ goal }) => hasAll(goal, telling)));
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\bx[ -]ray\b/g, 'xray')
    .match(/[\p{L}\p{N}]+/gu) ?? [];

function answer(found: readonly KnownTask[]): ParsedTaskId {
  const [first, second] = found;
  if (first === undefined) return { kind: 'none' };
  return second === undefined ? { kind: 'one', id: first.id } : { kind: 'several', ids: found.map(({ id }) => id) };
}

/** "a7f3" from "a7 f3", "a seven f three" or "alpha seven foxtrot three"; null when some word is no part of an id. */
function spelledId(words: readonly string[]): string | null {
  let id = '';
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    const character = readCharacter(word);
    const digits = readDigits(words, at);
    const piece = character ?? digits?.digits ?? (/^[a-z0-9]{2,4}$/.test(word) ? word : null);
    if (piece === null) return null;
    id += piece;
    at = character === null && digits !== null ? digits.next : at + 1;
    if (id.length > 4) return null;
  }
  return id === '' ? null : id;
}

/** By whole words, a plural counting as its singular. */
function hasAll(goal: string, words: readonly string[]): boolean {
  const singular = (word: string) => word.replace(/(?<=..)s$/, '');
  const inGoal = new Set(wordsOf(goal).map(singular));
  return words.every((word) => inGoal.has(singular(word)));
}
