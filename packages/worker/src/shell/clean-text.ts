// A terminal's bytes become plain lines: no colours, no cursor moves, a rewritten line as it stood last.
import { stripVTControlCharacters } from 'node:util';

export type TextCleaner = {
  /** Whole lines that came to their end with this piece. */
  push(data: string): string;
  /** The line under way, as it stands. */
  partial(): string;
  /** The last line, when it has no end. */
  end(): string;
};

/** A line longer than this is handed on in pieces, so that a program without line ends cannot fill the memory. */
const LONGEST_LINE = 64 * 1024;
/** An escape sequence longer than this is none. */
const LONGEST_SEQUENCE = 4 * 1024;

// biome keeps control characters out of patterns; these are what the patterns are for, so they are built from text.
const ESC = '\\u001b';
/** Operating-system commands, device control, privacy messages: all text up to their terminator is theirs. */
const STRINGS = new RegExp(`${ESC}[\\]PX^_][^${ESC}\\u0007]*(?:\\u0007|${ESC}\\\\)`, 'g');
const UNFINISHED = new RegExp(`${ESC}(?:$|[\\]PX^_][^${ESC}\\u0007]*${ESC}?$|\\[[0-?]*[ -/]*$|[ -/]+$)`);
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

export function createTextCleaner(): TextCleaner {
  let held = '';
  let line = '';

  const strip = (text: string): string => stripVTControlCharacters(text.replace(STRINGS, '')).replace(CONTROL, '');

  return {
    push(data) {
      const text = held + data;
      const unfinished = UNFINISHED.exec(text.slice(-LONGEST_SEQUENCE));
      held = unfinished === null ? '' : unfinished[0];
      const lines = (line + strip(text.slice(0, text.length - held.length))).split('\n');
      line = lines.pop() ?? '';
      const whole = lines.map((one) => `${lastWritten(one)}\n`).join('');
      if (line.length <= LONGEST_LINE) return whole;
      const piece = lastWritten(line);
      line = '';
      return whole + piece;
    },
    partial: () => lastWritten(line),
    end() {
      const last = lastWritten(line + strip(held));
      line = '';
      held = '';
      return last;
    },
  };
}

/** What a line shows after its carriage returns: progress bars write over themselves. */
function lastWritten(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
