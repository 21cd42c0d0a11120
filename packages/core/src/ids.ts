// Names given to things: task ids that can be read aloud without being misheard, and long random ones nobody says.
import { randomInt, randomUUID } from 'node:crypto';
import { digitName } from './spoken.js';

const LETTERS = 'acfhkrxy';
const ALPHABET = `${LETTERS}23456789`;
const LENGTH = 4;

/** Random, like "a7f3". Whether it is free is the store's to say. Always holds a letter and a digit: neither a word nor a code. */
export function newTaskId(): string {
  for (;;) {
    const id = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    if (/[a-z]/.test(id) && /\d/.test(id)) return id;
  }
}

/** Whether a text has the form of a task id; digits alone have not, they may be a code. */
export function isTaskId(text: string): boolean {
  return /^[acfhkrxy2-9]{4}$/.test(text) && /[a-z]/.test(text);
}

/** "A seven F three", for speech. */
export function spellTaskId(id: string): string {
  return [...id].map((character) => (/\d/.test(character) ? digitName(character) : character.toUpperCase())).join(' ');
}

/** Unique everywhere, like "cnf_1f0c…". */
export function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
