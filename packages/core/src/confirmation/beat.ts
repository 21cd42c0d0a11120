// Answers leave on a beat, so that the time taken does not tell what was found on the way.
import { setTimeout as delay } from 'node:timers/promises';

/** Longer than any judgement takes on an idle machine, too short to be felt. */
export const BEAT_MS = 25;

/** The work's result, at the next whole beat after its start; at once where `isPlain` says that it holds no secret. */
export async function onTheBeat<T>(work: () => Promise<T>, isPlain: (result: T) => boolean, beatMs = BEAT_MS): Promise<T> {
  const start = performance.now();
  const rest = () => {
    const spent = performance.now() - start;
    return delay(Math.max(0, Math.ceil(spent / beatMs) * beatMs - spent));
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await rest();
    throw error;
  }
  if (!isPlain(result)) await rest();
  return result;
}
