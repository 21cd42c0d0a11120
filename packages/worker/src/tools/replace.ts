// Exact replacement, and help where the wanted text is not quite what stands in the file.

export type Replaced = { ok: true; text: string } | { ok: false; why: string };
type Edit = { old_text: string; new_text: string };

/** Lines of the file shown round a near miss. */
const SHOWN_LINES = 12;

/** All edits in order, or the reason the first one that fails does. */
export function replaceAllOf(text: string, edits: readonly Edit[]): Replaced {
  // Files with CRLF keep it: the model writes LF.
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const own = (piece: string) => (ending === '\n' ? piece : piece.replace(/\r?\n/g, ending));
  let current = text;
  for (const [index, edit] of edits.entries()) {
    const [wanted, replacement] = [own(edit.old_text), own(edit.new_text)];
    const which = edits.length === 1 ? 'old_text' : `old_text of edit ${index + 1}`;
    const first = current.indexOf(wanted);
    if (first === -1) return { ok: false, why: `${which} does not stand in the file. ${nearMiss(current, wanted)}` };
    if (current.indexOf(wanted, first + 1) !== -1) {
      const times = current.split(wanted).length - 1;
      return { ok: false, why: `${which} stands in the file ${times} times. Take more of the lines around it, so that it is unique.` };
    }
    current = current.slice(0, first) + replacement + current.slice(first + wanted.length);
  }
  return current === text
    ? { ok: false, why: 'The edits change nothing: old_text and new_text are the same.' }
    : { ok: true, text: current };
}

function nearMiss(text: string, wanted: string): string {
  const lines = text.split(/\r?\n/);
  const sought = wanted.split(/\r?\n/);
  const anchor = sought.map((line) => line.trim()).find((line) => line !== '') ?? '';
  const offset = sought.findIndex((line) => line.trim() === anchor);
  const exact = lines.findIndex((line) => line.trim() === anchor);
  const at = exact === -1 ? closest(lines, anchor) : exact;
  if (at === -1) return 'Read the file to see what it holds now.';
  const from = Math.max(0, at - offset);
  const shown = lines.slice(from, from + Math.min(SHOWN_LINES, Math.max(sought.length, 3)));
  const spaces = exact !== -1 && sought.every((line, n) => (lines[from + n] ?? '').trim() === line.trim());
  const hint = spaces ? 'Only the white space differs. ' : '';
  return `${hint}The nearest lines (from line ${from + 1}) are:\n${shown.join('\n')}`;
}

/** The line that shares most of the sought line's words, where that is at least half of them; -1 when none does. */
function closest(lines: readonly string[], sought: string): number {
  const words = new Set(sought.match(/\w+/g) ?? []);
  if (words.size === 0) return -1;
  let [best, at] = [words.size / 2, -1];
  for (const [index, line] of lines.entries()) {
    const shared = new Set((line.match(/\w+/g) ?? []).filter((word) => words.has(word))).size;
    if (shared >= best && (at === -1 || shared > best)) [best, at] = [shared, index];
  }
  return at;
}
