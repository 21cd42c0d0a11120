// Answers leave on a beat, so that the time taken does not tell what was found on the way.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Longer than any judgement takes on an idle machine, too short to be felt. */
export const BEAT_MS = 50;

/** The work's result, at the next whole beat after its start; at once where `isPlain` says that it holds no secret. */
export async function onTheBeat<T>(work: () => Promise<T>, isPlain: (result: T) => boolean, beatMs = BEAT_MS): Promise<T> {
  let isOver = false;
  // Struck from before the work begins: a timer that is set when it ends would carry its time in the rounding.
  // A random start drowns what is left: the microseconds by which a busier process answers a due timer later.
  const beats = (async () => {
    await delay(randomInt(Math.ceil(beatMs / 6) + 1));
    do await delay(beatMs);
    while (!isOver);
  })();
  try {
    const result = await work();
    if (isPlain(result)) return result;
    isOver = true;
    await beats;
    return result;
  } catch (error) {
    isOver = true;
    await beats;
    throw error;
  } finally {
    isOver = true;
  }
}
