// Exact replacement, and help where the wanted text is not quite what stands in the file.
import { nearMiss } from './near-miss.js';

export type Replaced = { ok: true; text: string } | { ok: false; why: string };
type Edit = { old_text: string; new_text: string };

const MOST_PLACES = 10;

/** All edits in order, or the reason the first one that fails does. */
export function replaceAllOf(text: string, edits: readonly Edit[]): Replaced {
  // Files with CRLF keep it: the model writes LF.
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const own = (piece: string) => (ending === '\n' ? piece : piece.replace(/\r?\n/g, ending));
  let current = text;
  for (const [index, edit] of edits.entries()) {
    const [wanted, replacement] = [own(edit.old_text), own(edit.new_text)];
    const which = edits.length === 1 ? 'old_text' : `old_text of edit ${index + 1}`;
    const none = edits.length === 1 ? '' : ' None of the edits was made.';
    const [first, ...more] = placesOf(current, wanted);
    if (first === undefined) {
      return { ok: false, why: `${which} does not stand in the file.${none} ${nearMiss(current, wanted, replacement)}` };
    }
    if (more.length > 0) {
      const lines = [first, ...more].map((place) => lineAt(current, place));
      const shown = `${lines.slice(0, MOST_PLACES).join(', ')}${lines.length > MOST_PLACES ? ', …' : ''}`;
      const why = `${which} stands in the file ${lines.length} times, at lines ${shown}.${none}`;
      return { ok: false, why: `${why} Take more of the lines around the one that is meant, so that it is unique.` };
    }
    current = current.slice(0, first) + replacement + current.slice(first + wanted.length);
  }
  return current === text
    ? { ok: false, why: 'The edits change nothing: old_text and new_text are the same.' }
    : { ok: true, text: current };
}

/** Overlapping ones included: each is a place that could be meant. */
function placesOf(text: string, wanted: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) places.push(at);
  return places;
}

const lineAt = (text: string, place: number): number => text.slice(0, place).split('\n').length;
