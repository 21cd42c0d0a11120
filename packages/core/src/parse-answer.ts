// What a reply to "please provide your confirmation code" says: a code, a no, or neither. Typed or spoken.
import { readCode } from './answer/code.js';
import { readDenial } from './answer/denial.js';
import { cleanReply, wordsOf } from './answer/words.js';

export type ParsedAnswer =
  | { kind: 'code'; code: string; taskId?: string }
  | { kind: 'deny'; because?: string; taskId?: string }
  | { kind: 'none' };

/** Longer ones are no answers; a reason longer than this is cut. */
const MAX_REPLY_CHARS = 2_000;

/**
 * Exact or nothing: a sentence that merely holds a number is `none`, so that nobody loses a try by talking.
 * `taskId` is what was said, in lower case; whether such a task exists is the caller's to check.
 */
export function parseAnswer(text: string, { taskIds = [] }: { taskIds?: readonly string[] } = {}): ParsedAnswer {
  const reply = cleanReply(text.slice(0, MAX_REPLY_CHARS));
  const words = wordsOf(reply);
  const denial = readDenial(reply, words, taskIds);
  if (denial !== null) return { kind: 'deny', ...denial };
  const found = text.length > MAX_REPLY_CHARS ? null : readCode(words, taskIds);
  return found === null ? { kind: 'none' } : { kind: 'code', ...found };
}
