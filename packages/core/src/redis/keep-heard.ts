// A connection whose other end has fallen silent is given up and made anew; the system alone would go on waiting for a quarter of an hour.
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from './connect.js';

const ASK_MS = 5_000;
/** With the pause before it, less than a worker may be without Redis before it stops its tasks. */
const SILENT_MS = 8_000;

/** Until the connection is closed for good; keeps no process alive. */
export function keepHeard(
  client: Pick<Redis, 'isOpen' | 'isReady' | 'ping' | 'destroy' | 'connect'>,
  onSilence: (error: Error) => void,
  { askMs = ASK_MS, silentMs = SILENT_MS }: { askMs?: number; silentMs?: number } = {},
): void {
  const look = async (): Promise<void> => {
    while (client.isOpen) {
      // One that is just being made has limits of its own.
      if (client.isReady && !(await isHeard())) {
        onSilence(new Error(`Redis has not answered for ${silentMs} ms: the connection is made anew`));
        client.destroy();
        // Tries until it is there, or closed.
        client.connect().catch(() => {});
      }
      await delay(askMs, undefined, { ref: false });
    }
  };
  const isHeard = (): Promise<boolean> =>
    // An error is an answer, too; a connection that was lost meanwhile is made anew by the client itself.
    Promise.race([client.ping().then(yes, yes), delay(silentMs, false, { ref: false })]).then((heard) => heard || !client.isReady);
  void look();
}

const yes = (): boolean => true;
