// The two kinds of write the rig strikes at, told from all other traffic by their keys: a commit, and the notifier's cursor.
import { wordsOf } from './resp.mjs';

/** Of a commit, before its lists. */
const SINGLE_ARGUMENTS = 17;
const EVAL = /^\*\d+\r\n\$\d+\r\neval(?:sha)?\r\n/i;

/**
 * `{ kind: 'commit', taskId, mode, release, events, records }`, `{ kind: 'cursor', taskId }`, or null for everything else.
 */
export function watchedCommand(frame) {
  if (!EVAL.test(frame.toString('latin1', 0, 32))) return null;
  const words = wordsOf(frame);
  const count = Number(words[2]);
  const [keys, args] = [words.slice(3, 3 + count), words.slice(3 + count)];
  if (keys[0]?.startsWith('tars:outbox:') && keys[1]?.startsWith('tars:cursor:') && count > 2) return { kind: 'cursor', taskId: args[0] };
  if (!keys[0]?.startsWith('tars:task:') || !keys[1]?.endsWith(':events')) return null;
  const [, events, records] = listsOf(args.slice(SINGLE_ARGUMENTS));
  const parsed = { events: events.map((text) => JSON.parse(text)), records: records.map((text) => JSON.parse(text)) };
  return { kind: 'commit', taskId: args[0], mode: args[1], release: args[7] === '1', ...parsed };
}

/** Lists, each behind its length: fields, events, records, and more. */
function listsOf(words) {
  const lists = [];
  for (let at = 0; at < words.length; at += lists.at(-1).length + 1) lists.push(words.slice(at + 1, at + 1 + Number(words[at])));
  return lists;
}

/** What a commit is called in the list of commit points. */
export const nameOf = ({ mode, events, records }) =>
  `${mode}: ${[...events.map(({ type }) => type), ...records.map(({ kind }) => `+${kind}`)].join(' ') || 'release'}`;
