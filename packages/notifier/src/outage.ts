// Calls to Redis that neither hang nor give up too soon, so that what was delivered is not told again.
import { setTimeout as delay } from 'node:timers/promises';
import { within } from '@tars/core';
import { isConnectionLoss } from '@tars/core/redis';

const ANSWER_MS = 5_000;
const RETRY_MS = 100;

/** The call's result, or an error that counts as a lost connection when no answer comes. */
export const answered = <T>(call: () => Promise<T>): Promise<T> => within(ANSWER_MS, 'Redis', call());

/** The call's result; while Redis is away it is made again, as long as `worthwhile`. Only for calls that may be repeated. */
export async function throughOutage<T>(call: () => Promise<T>, worthwhile: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await answered(call);
    } catch (error) {
      if (!isConnectionLoss(error) || !worthwhile()) throw error;
    }
    await delay(RETRY_MS);
  }
}
