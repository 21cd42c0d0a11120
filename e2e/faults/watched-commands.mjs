// The two kinds of write the rig strikes at, told from all other traffic by their keys: a commit, and the notifier's cursor.
import { wordsOf } from './resp.mjs';

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
  const events = JSON.parse(args[11]).map((event) => JSON.parse(event));
  const records = JSON.parse(args[12]).map((record) => JSON.parse(record));
  return { kind: 'commit', taskId: args[0], mode: args[1], release: args[7] === '1', events, records };
}

/** What a commit is called in the list of commit points. */
export const nameOf = ({ mode, events, records }) =>
  `${mode}: ${[...events.map(({ type }) => type), ...records.map(({ kind }) => `+${kind}`)].join(' ') || 'release'}`;
