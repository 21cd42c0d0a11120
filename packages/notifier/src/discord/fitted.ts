// A text cut to what Discord takes: at a line's end, with its code block closed and the cut marked.

const FENCE = '```';
const CUT = '\n…';
const CLOSE = `\n${FENCE}`;

/** At most `max` characters; the text itself when it fits. */
export function fitted(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - CUT.length - CLOSE.length;
  const lineEnd = text.lastIndexOf('\n', room);
  // A single line longer than the room is cut inside, but never inside a character.
  const kept = lineEnd > room / 2 ? text.slice(0, lineEnd) : text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
  const isOpen = kept.split(FENCE).length % 2 === 0;
  return `${kept.trimEnd()}${CUT}${isOpen ? CLOSE : ''}`;
}
