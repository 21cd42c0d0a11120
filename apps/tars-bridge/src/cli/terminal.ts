// The streams of one run of the command: data on stdout, chatter on stderr, nothing of a task's that could move the cursor.
import { stripVTControlCharacters } from 'node:util';

export type Terminal = {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person or the system wants the command to end; its reason is the signal's name. */
  signal: AbortSignal;
};

/** Text from tasks and commands as it may be shown: line breaks and tabs stay, whatever moves the cursor or the reading order goes. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '');

export function out({ stdout }: Terminal, text: string): void {
  stdout.write(`${printable(text)}\n`);
}

export function note({ stderr }: Terminal, text: string): void {
  stderr.write(`${printable(text)}\n`);
}

export function json({ stdout }: Terminal, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
