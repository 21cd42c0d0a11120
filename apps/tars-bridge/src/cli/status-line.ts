// The last line of a terminal, which says how the task is doing and gives way to whatever is printed above it.
import { printable, type Terminal } from './terminal.js';

export type StatusLine = {
  /** False where the output is no terminal that can redraw: then nothing is ever drawn. */
  canRedraw: boolean;
  show(text: string): void;
  /** Prints without the line in between. */
  above(print: () => void): void;
  /** Takes the line away, for a prompt for example, until each `hold` is released. */
  hold(): void;
  release(): void;
};

const CLEAR = '\r\u001b[K';
const DEFAULT_COLUMNS = 80;

export function createStatusLine({ stdout, env }: Terminal): StatusLine {
  const canRedraw = stdout.isTTY === true && env.TERM !== 'dumb';
  let holds = 0;
  let shown = '';
  const draw = () => {
    if (!canRedraw || holds > 0 || shown === '') return;
    // Some terminals do not know their width, and say 0.
    const columns = stdout.columns || DEFAULT_COLUMNS;
    // The cursor waits at the beginning, where a log line from elsewhere writes over this one and not behind it.
    stdout.write(`${CLEAR}${[...shown].slice(0, columns - 1).join('')}\r`);
  };
  const clear = () => {
    if (canRedraw && holds === 0 && shown !== '') stdout.write(CLEAR);
  };
  return {
    canRedraw,
    show(text) {
      shown = printable(text).replaceAll('\n', ' ');
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
