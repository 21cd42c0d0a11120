// Hints that a task changed: one subscriber a process, any number of listeners, never any data.
import type { Redis } from './connect.js';
import { keepHeard } from './keep-heard.js';
import { keys } from './keys.js';

export type Hint = { taskId: string; seq: number };
export type News = {
  /** Calls back for every hint until the returned function is called. Hints can be lost: re-read every 2 s as well. */
  listen(onHint: (hint: Hint) => void): () => void;
  close(): Promise<void>;
};

/** How long a reader may trust that no hint means no news. */
export const RECHECK_MS = 2_000;

export async function subscribeNews(redis: Redis, onError: (error: Error) => void = () => {}): Promise<News> {
  const subscriber = redis.duplicate();
  subscriber.on('error', onError);
  await subscriber.connect();
  const listeners = new Set<(hint: Hint) => void>();
  await subscriber.subscribe(keys.news, (message) => {
    const colon = message.lastIndexOf(':');
    const hint = { taskId: message.slice(0, colon), seq: Number(message.slice(colon + 1)) };
    for (const listener of listeners) listener(hint);
  });
  keepHeard(subscriber, onError);
  return {
    listen(onHint) {
      listeners.add(onHint);
      return () => listeners.delete(onHint);
    },
    async close() {
      listeners.clear();
      if (subscriber.isOpen) subscriber.destroy();
    },
  };
}
