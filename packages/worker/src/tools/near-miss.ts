// What was probably meant by a text that does not stand in a file: why it differs, and the nearest lines to copy from.

/** Lines of the file shown round a near miss. */
const SHOWN_LINES = 12;
/** So much of what is sought is compared; more decides nothing. */
const SOUGHT_LINES = 20;
/** Less likeness than this is none. */
const LIKE_ENOUGH = 0.5;

/** `replacement`: what was to take its place, and may stand there already. */
export function nearMiss(text: string, wanted: string, replacement: string): string {
  const lines = text.split(/\r?\n/);
  const sought = wanted.split(/\r?\n/);
  const bare = withoutNumbers(sought);
  if (bare !== null && text.includes(bare)) return 'It holds the line numbers that read_file shows. Leave them and their tab out.';
  if (replacement.trim() !== '' && !wanted.includes(replacement) && text.includes(replacement))
    return `But new_text stands there already, at line ${text.slice(0, text.indexOf(replacement)).split('\n').length}: was this edit made before?`;
  const from = nearest(lines, sought);
  if (from === null) return 'Nothing in the file is like it. Read the file to see what it holds now.';
  const shown = lines.slice(from, from + Math.min(SHOWN_LINES, Math.max(sought.length, 3)));
  return `${differenceOf(lines.slice(from), sought)}The nearest lines (from line ${from + 1}) are:\n${shown.join('\n')}`;
}

/** Null unless every line begins like one of read_file's. */
function withoutNumbers(lines: readonly string[]): string | null {
  const numbered = lines.filter((line) => line !== '');
  if (numbered.length === 0 || !numbered.every((line) => /^\s*\d+\t/.test(line))) return null;
  return lines.map((line) => line.replace(/^\s*\d+\t/, '')).join('\n');
}

/** In what the texts differ, where that is nothing but white space or the shape of signs; '' otherwise. */
function differenceOf(lines: readonly string[], sought: readonly string[]): string {
  const differs = sought.findIndex((line, n) => !(lines[n] ?? '').includes(line));
  if (differs === -1) return '';
  const each = `It has ${JSON.stringify(lines[differs] ?? '')} where you have ${JSON.stringify(sought[differs] ?? '')}. `;
  const [there, wanted] = [lines.slice(0, sought.length).join('\n'), sought.join('\n')];
  const same = (plain: (text: string) => string) => plain(there).includes(plain(wanted));
  if (same(withoutSpace)) return `Only the white space differs. ${each}`;
  return same((text) => withoutSpace(plainSigns(text))) ? `Only quotes, dashes or spaces differ. ${each}` : '';
}

const withoutSpace = (line: string): string => line.replace(/\s+/g, '');
const plainSigns = (line: string): string =>
  line
    .replace(/[‘’‚‛′`]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[‐-―−]/g, '-')
    .replace(/…/g, '...');

/** Where the lines begin that are most like those sought; null when none are. */
function nearest(lines: readonly string[], sought: readonly string[]): number | null {
  // What is sought may begin or end in the middle of a line, and blank lines are like all others.
  const from = sought.findIndex((line) => line.trim() !== '');
  if (from === -1) return null;
  const wanted = sought.slice(from, from + SOUGHT_LINES).map((line) => ({ text: withoutSpace(line), words: wordsOf(line) }));
  const there = lines.map((line) => ({ text: withoutSpace(line), words: wordsOf(line) }));
  let best = { at: -1, like: 0 };
  for (let at = 0; at < there.length; at++) {
    // Without a likeness of the first line only a text of several lines may begin here.
    const likes = wanted.map((line, n) => likeness(line, there[at + n]));
    const like = likes.reduce((sum, one) => sum + one, 0) / wanted.length;
    if (like > best.like) best = { at, like };
  }
  return best.like < LIKE_ENOUGH ? null : Math.max(0, best.at - from);
}

type Compared = { text: string; words: ReadonlySet<string> };

/** From 0 to 1. */
function likeness(wanted: Compared, there: Compared | undefined): number {
  if (there === undefined) return 0;
  if (wanted.text === there.text) return 1;
  if (wanted.text !== '' && there.text.includes(wanted.text)) return 0.9;
  if (wanted.words.size === 0) return 0;
  const shared = [...wanted.words].filter((word) => there.words.has(word)).length;
  return (0.9 * shared) / wanted.words.size;
}

const wordsOf = (line: string): ReadonlySet<string> => new Set(line.match(/[\p{L}\p{N}_]+/gu) ?? []);
