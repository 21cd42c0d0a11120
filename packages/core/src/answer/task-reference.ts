// The task that a reply names beside its answer: "#a7f3", "task a7f3:", "for task a seven f three".
import { isTaskId } from '../ids.js';
import { readCharacter } from '../spoken.js';
import { isMark, phraseLength, type Word } from './words.js';

const LEADS = ['for', 'on', 'for the', 'the'];
const NAMES = ['task', 'task number', 'task id', 'background task'];
const ID_LENGTH = 4;

export type TaskReference = { id: string; next: number };

/** Reads a reference that begins at `at`, or null. Ids of `taskIds` count whatever their form. */
export function readTaskReference(words: readonly Word[], at: number, taskIds: readonly string[]): TaskReference | null {
  const afterLead = at + phraseLength(words, at, LEADS);
  const afterName = afterLead + phraseLength(words, afterLead, NAMES);
  const start = words[afterName]?.text === '#' ? afterName + 1 : afterName;
  const word = words[start]?.text ?? '';
  // Unless it is called a task or known, a word of four letters is a word.
  const isCalled = start > afterLead;
  if (taskIds.includes(word) || (isTaskId(word) && (isCalled || /\d/.test(word)))) return { id: word, next: start + 1 };
  return readSpelled(words, start);
}

function readSpelled(words: readonly Word[], start: number): TaskReference | null {
  let id = '';
  let at = start;
  while (id.length < ID_LENGTH) {
    while (id !== '' && isMark(words[at])) at += 1;
    const character = readCharacter(words[at]?.text ?? '');
    if (character === null) return null;
    id += character;
    at += 1;
  }
  return isTaskId(id) ? { id, next: at } : null;
}
