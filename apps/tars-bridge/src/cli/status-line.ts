// The last line of a terminal, which says how the task is doing and gives way to whatever is printed above it.
import { type Paint, painter, type Style } from './paint.js';
import { printable, type Terminal } from './terminal.js';
import { fitted, widthOf } from './width.js';

export type Part = {
  text: string;
  style: Style | null;
  /** Where the line is too narrow those with the highest go first; the others stay. */
  goes?: number;
};

export type StatusLine = {
  /** False where the output is no terminal that can redraw: then nothing is ever drawn. */
  canRedraw: boolean;
  show(parts: readonly Part[]): void;
  /** Prints without the line in between. */
  above(print: () => void): void;
  /** Takes the line away, for a prompt for example, until each `hold` is released. */
  hold(): void;
  release(): void;
};

/** Takes the last line away, whatever stands on it. */
export const CLEAR = '\r\u001b[K';
const DEFAULT_COLUMNS = 80;
const BETWEEN = ' · ';

export function createStatusLine(terminal: Pick<Terminal, 'stdout' | 'env'>): StatusLine {
  const { stdout, env } = terminal;
  const canRedraw = stdout.isTTY === true && env.TERM !== 'dumb';
  const paint = painter(terminal);
  let holds = 0;
  let shown: readonly Part[] = [];
  const draw = () => {
    if (!canRedraw || holds > 0 || shown.length === 0) return;
    // Some terminals do not know their width, and say 0.
    const columns = stdout.columns || DEFAULT_COLUMNS;
    // The cursor waits at the beginning, where a log line from elsewhere writes over this one and not behind it.
    stdout.write(`${CLEAR}${inOneLine(shown, columns - 1, paint)}\r`);
  };
  const clear = () => {
    if (canRedraw && holds === 0 && shown.length > 0) stdout.write(CLEAR);
  };
  return {
    canRedraw,
    show(parts) {
      shown = parts.map((part) => ({ ...part, text: printable(part.text).replaceAll('\n', ' ') }));
      draw();
    },
    above(print) {
      clear();
      print();
      draw();
    },
    hold() {
      clear();
      holds++;
    },
    release() {
      holds--;
      draw();
    },
  };
}

function inOneLine(parts: readonly Part[], columns: number, paint: Paint): string {
  const whole = parts.map(({ text }) => text).join(BETWEEN);
  const last = Math.max(...parts.map(({ goes = 0 }) => goes));
  if (widthOf(whole) > columns && last > 0)
    return inOneLine(
      parts.filter(({ goes = 0 }) => goes < last),
      columns,
      paint,
    );
  if (widthOf(whole) > columns) return fitted(whole, columns);
  return parts.map(({ text, style }) => paint(style, text)).join(paint('dim', BETWEEN));
}
