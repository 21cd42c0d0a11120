// A reply that says no, perhaps with a reason. What only begins like one ("no problem, go ahead") is not.
import { readCode } from './code.js';
import { readTaskReference } from './task-reference.js';
import { isMark, phraseLength, type Word } from './words.js';

const BEFORE = ['hey', 'tars', 'sir', 'please', 'sorry', 'oh', 'well', 'i', 'ok', 'okay', 'hey tars'];
const NO = [
  ...['no', 'nope', 'nah', 'no way', 'no thanks', 'deny', 'denied', 'reject', 'rejected', 'refuse', 'refused', 'decline', 'declined'],
  ...['negative', 'never', 'abort', 'absolutely not', 'definitely not', 'certainly not', 'stop', "don't", 'dont', 'do not'],
];
/** After "don't": what a command does. "Don't worry" is no denial. */
const DEEDS = [
  ...['do', 'run', 'execute', 'delete', 'remove', 'drop', 'erase', 'touch', 'proceed', 'continue', 'push', 'force', 'approve', 'allow'],
  ...['confirm', 'overwrite', 'reset', 'kill', 'change', 'discard'],
];
const AFTER = [
  'it',
  'that',
  'this',
  'do it',
  'do that',
  'do this',
  'the command',
  'this command',
  'that command',
  'the request',
  'sir',
  'tars',
];
const POLITE = ['please', 'thanks', 'thank you'];
const BECAUSE = ['because', 'because of', 'cause', 'cuz', 'since', 'as'];
const APPROVAL = [
  'go ahead',
  "it's fine",
  "that's fine",
  "it's ok",
  "it's okay",
  "that's ok",
  "that's okay",
  'do it',
  'run it',
  'proceed',
  'yes',
];
const MAX_BECAUSE_CHARS = 500;

export type FoundDenial = { because?: string; taskId?: string };

export function readDenial(reply: string, words: readonly Word[], taskIds: readonly string[]): FoundDenial | null {
  const opening = skip(words, 0, BEFORE, taskIds);
  const no = phraseLength(words, opening.next, NO);
  if (no === 0) return null;
  const afterNo = opening.next + no;
  const verb = words[afterNo - 1]?.text ?? '';
  const deed = /^(don't|dont|not)$/.test(verb) ? phraseLength(words, afterNo, DEEDS) : 0;
  const rest = skip(words, afterNo + deed, [...AFTER, ...POLITE, ...NO], taskIds);
  // "Stop task a7f3" ends the whole task, which is another wish.
  if (verb === 'stop' && rest.taskId !== null) return null;
  const taskId = opening.taskId ?? rest.taskId;
  const named = taskId === null ? {} : { taskId };
  if (rest.next === words.length) return named;
  if (deed > 0) return { ...named, because: textFrom(reply, words, opening.next) };
  const because = phraseLength(words, rest.next, BECAUSE);
  const reasonAt = because > 0 ? rest.next + because : rest.afterMark;
  if (reasonAt === null) return null;
  const reason = words.slice(reasonAt);
  // "No, 6283" and "No, go ahead" contradict themselves: ask again.
  if (readCode(reason, taskIds) !== null || phraseLength(reason, 0, APPROVAL) > 0) return null;
  return reason.length === 0 ? named : { ...named, because: textFrom(reply, words, reasonAt) };
}

type Skipped = { next: number; taskId: string | null /** Where a reason may begin: after the last mark. */; afterMark: number | null };

/** Over marks, the given phrases and one task. */
function skip(words: readonly Word[], start: number, phrases: readonly string[], taskIds: readonly string[]): Skipped {
  const passed: Skipped = { next: start, taskId: null, afterMark: null };
  while (passed.next < words.length) {
    const task = passed.taskId === null ? readTaskReference(words, passed.next, taskIds) : null;
    const length = isMark(words[passed.next]) ? 1 : phraseLength(words, passed.next, phrases);
    if (task === null && length === 0) break;
    if (isMark(words[passed.next])) passed.afterMark = passed.next + 1;
    passed.next = task?.next ?? passed.next + length;
    passed.taskId = task?.id ?? passed.taskId;
  }
  return passed;
}

function textFrom(reply: string, words: readonly Word[], at: number): string {
  const start = words[at]?.start ?? reply.length;
  return reply.slice(start, start + MAX_BECAUSE_CHARS).trim();
}
