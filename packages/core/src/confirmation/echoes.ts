// The same code from the same conversation counts once for a moment: voice models call twice.
import { createHmac, randomBytes } from 'node:crypto';

const ECHO_MS = 10_000;

export type Echoes<Answer> = {
  /** The answer given to the very same words just now; null when they are new. */
  known(said: readonly (string | undefined)[]): Promise<Answer> | null;
  keep(said: readonly (string | undefined)[], answer: Promise<Answer>): void;
};

/** Keeps a keyed hash of what was said, never the words. */
export function createEchoes<Answer>(clock: () => number): Echoes<Answer> {
  const key = randomBytes(32);
  const kept = new Map<string, { at: number; answer: Promise<Answer> }>();
  const hash = (said: readonly (string | undefined)[]) => createHmac('sha256', key).update(JSON.stringify(said)).digest('hex');
  return {
    known(said) {
      // Oldest first, so what is fresh ends the look.
      for (const [echo, { at }] of kept) {
        if (at + ECHO_MS > clock()) break;
        kept.delete(echo);
      }
      return kept.get(hash(said))?.answer ?? null;
    },
    keep(said, answer) {
      const echo = hash(said);
      kept.set(echo, { at: clock(), answer });
      answer.catch(() => kept.delete(echo));
    },
  };
}
