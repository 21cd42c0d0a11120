// A line typed by a person, shown or not, or why there is none.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.js';

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

export type Typed = { kind: 'line'; line: string } | { kind: 'closed' } | { kind: 'interrupted' } | { kind: 'lapsed' };

/** Asks on stderr. `lapse` ends the question from outside, for example when another channel answered it. */
export const askHidden = (terminal: Terminal, question: string, lapse: AbortSignal): Promise<Typed> =>
  ask(terminal, question, lapse, nowhere());

/** The same for what may be seen. */
export const askShown = (terminal: Terminal, question: string, lapse: AbortSignal): Promise<Typed> =>
  ask(terminal, question, lapse, terminal.stderr);

async function ask({ stdin, stderr }: Terminal, question: string, lapse: AbortSignal, echo: NodeJS.WritableStream): Promise<Typed> {
  // First the reader, which turns the terminal's own echo off: nothing typed early may show.
  const reader = createInterface({ input: stdin, output: echo, terminal: true });
  stderr.write(question);
  try {
    return await new Promise<Typed>((resolve) => {
      reader.once('line', (line) => resolve({ kind: 'line', line }));
      reader.once('SIGINT', () => resolve({ kind: 'interrupted' }));
      reader.once('close', () => resolve({ kind: 'closed' }));
      if (lapse.aborted) resolve({ kind: 'lapsed' });
      lapse.addEventListener('abort', () => resolve({ kind: 'lapsed' }), { once: true });
    });
  } finally {
    reader.close();
    stderr.write('\n');
  }
}
