// One command's output in three places: live to whoever watches, whole on disk, and beginning and end in memory.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createTextCleaner } from './clean-text.js';

export type CommandOutput = {
  push(data: string): void;
  /** The line under way, as it stands. */
  partial(): string;
  /** How long nothing has come. */
  quietMs(): number;
  /** More was printed than is kept anywhere. */
  isOverfull(): boolean;
  /** Nothing comes any more. */
  end(): { text: string; bytes: number };
};

/** Beginning and end that are kept in memory, each. */
const KEPT_CHARS = 512 * 1024;
/** A command that never stops printing must not fill the disk. */
export const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;
/** Whoever watches sees no more of one command than this. */
const LIVE_CHARS = 1024 * 1024;
/** A line without an end is shown when nothing followed it for so long. */
const QUIET_MS = 150;

export function createCommandOutput(file: string, onOutput: (chunk: string) => void, mostBytes: number = MOST_OUTPUT_BYTES): CommandOutput {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, 'w', 0o600);
  const cleaner = createTextCleaner();
  let head = '';
  let tail = '';
  let omitted = 0;
  let bytes = 0;
  /** Before anything was left out of it. */
  let received = 0;
  let live = 0;
  let heardAt = performance.now();
  /** What of the line under way was shown already. */
  let shown = '';
  let quiet: NodeJS.Timeout | undefined;

  const remember = (text: string): void => {
    const room = KEPT_CHARS - head.length;
    head += text.slice(0, room);
    tail += text.slice(Math.max(room, 0));
    if (tail.length <= 2 * KEPT_CHARS) return;
    omitted += tail.length - KEPT_CHARS;
    tail = tail.slice(-KEPT_CHARS);
  };

  const store = (text: string): void => {
    const size = Buffer.byteLength(text);
    if (bytes < mostBytes) {
      writeSync(fd, text);
      if (bytes + size >= mostBytes) writeSync(fd, `\n[more than ${mostBytes / 1024 / 1024} MB: the rest was not kept]\n`);
    }
    bytes += size;
    remember(text);
  };

  const tell = (text: string): void => {
    if (text === '' || live > LIVE_CHARS) return;
    live += text.length;
    onOutput(live > LIVE_CHARS ? `${text}\n[more is printed than is shown live]\n` : text);
  };

  const show = (text: string): void => {
    const news = text.startsWith(shown) ? text.slice(shown.length) : `\n${text}`;
    shown = '';
    tell(news);
  };

  const take = (text: string): void => {
    if (text === '') return;
    store(text);
    show(text);
  };

  const showPartial = (): void => {
    const partial = cleaner.partial();
    if (partial === shown) return;
    tell(partial.startsWith(shown) ? partial.slice(shown.length) : `\n${partial}`);
    shown = partial;
  };

  return {
    push(data) {
      if (data !== '') heardAt = performance.now();
      received += data.length;
      take(cleaner.push(data));
      clearTimeout(quiet);
      quiet = setTimeout(showPartial, QUIET_MS);
    },
    partial: cleaner.partial,
    quietMs: () => performance.now() - heardAt,
    isOverfull: () => Math.max(bytes, received) >= mostBytes,
    end() {
      clearTimeout(quiet);
      take(cleaner.end());
      closeSync(fd);
      const text = omitted === 0 ? head + tail : `${head}\n[… ${omitted} characters are only in ${file} …]\n${tail}`;
      return { text, bytes };
    },
  };
}
