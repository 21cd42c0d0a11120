// What an edit would take away: nothing worth a word, as with most of them, or all or nearly all that a file holds.

/** `all`: the file is left empty, as by `> file`. `nearly all`: next to nothing of it stays, and little takes its place. */
export type Loss = { what: 'all' | 'nearly all'; bytesBefore: number; bytesAfter: number };

/** Smaller files are rewritten all the time. */
const WORTH_BYTES = 400;
const KEPT_SHARE = 0.05;
const LEFT_SHARE = 0.2;

export function lossOf(before: Buffer, after: Buffer): Loss | null {
  const sizes = { bytesBefore: before.length, bytesAfter: after.length };
  const [old, wanted] = [before.toString('utf8'), after.toString('utf8')];
  if (old.trim() === '') return null;
  if (wanted.trim() === '') return { what: 'all', ...sizes };
  // What is no text (a database, a picture) cannot have been edited: it is replaced.
  if (!Buffer.from(old, 'utf8').equals(before) || before.includes(0)) return { what: 'nearly all', ...sizes };
  if (before.length < WORTH_BYTES || after.length > before.length * LEFT_SHARE) return null;
  const lines = old.split('\n').filter((line) => line.trim() !== '');
  const there = new Set(wanted.split('\n'));
  const kept = lines.filter((line) => there.has(line)).length;
  return kept <= lines.length * KEPT_SHARE ? { what: 'nearly all', ...sizes } : null;
}
