// Sentences: texts of several plain words that are about a command rather than one.

/** `rm a b` is no sentence: nobody begins one with such a word. */
const NO_OPENING = /^(rm|rmdir|unlink|shred)$/;

export function isProse(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return words.length > 2 && words.every((word) => /^[A-Za-z,.!?']+$/.test(word)) && !NO_OPENING.test(words[0] ?? '');
}
