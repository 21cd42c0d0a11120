// Asks the person at the terminal, again after an answer that did not do, until it is answered here or elsewhere.
import type { Typed } from './prompt.js';
import { note, type Terminal } from './terminal.js';

export type Asking = {
  /** Aborts when nobody need be asked any more. */
  lapse: AbortSignal;
  isOpen: () => Promise<boolean>;
  ask: () => Promise<Typed>;
  /** What is said to the person of the line that was typed; null for one that says nothing. */
  handOver: (line: string) => Promise<string | null>;
  /** The command that does it otherwise. */
  otherwise: string;
};

export async function askUntilAnswered(terminal: Terminal, { lapse, isOpen, ask, handOver, otherwise }: Asking): Promise<void> {
  try {
    while (!lapse.aborted && (await isOpen())) {
      const typed = await ask();
      if (typed.kind === 'interrupted') process.kill(process.pid, 'SIGINT');
      if (typed.kind !== 'line') return;
      const said = await handOver(typed.line);
      if (said !== null) note(terminal, said);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    note(terminal, `The answer could not be handed over: ${why}. Use: ${otherwise}`);
  }
}
