// Waiting for something to be seen, with an end.
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `look` holds; rejects after `withinMs` saying `what` never came. A look that throws is not there yet. */
export async function eventually(what: string, look: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  let why: unknown;
  for (;;) {
    try {
      if (await look()) return;
    } catch (error) {
      why = error;
    }
    if (Date.now() > deadline) throw new Error(`Never came in ${withinMs} ms: ${what}`, { cause: why });
    await delay(10);
  }
}
