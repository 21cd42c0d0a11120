// What others write into a task's log while it is held here: each event once, in order.
import type { Event } from '@tars/core';
import { type News, RECHECK_MS, type TaskStore } from '@tars/core/redis';

export type LogFollower = { catchUp(): Promise<void>; stop(): void };

export function followLog(options: {
  id: string;
  /** Events up to this sequence number are known. */
  after: number;
  store: TaskStore;
  news: News;
  onEvent: (event: Event) => void;
  onError: (error: unknown) => void;
  recheckMs?: number | undefined;
}): LogFollower {
  const { id, store, news, onEvent, onError, recheckMs = RECHECK_MS } = options;
  let seen = options.after;
  let stopped = false;
  const read = async (): Promise<void> => {
    for (const { seq, event } of stopped ? [] : await store.events(id, seen)) {
      seen = seq;
      if (!stopped) onEvent(event);
    }
  };
  let reading = Promise.resolve();
  const catchUp = (): Promise<void> => {
    reading = reading.then(read).catch(onError);
    return reading;
  };
  const unlisten = news.listen(({ taskId, seq }) => {
    if (taskId === id && seq > seen) void catchUp();
  });
  // Hints can be lost.
  const recheck = setInterval(() => void catchUp(), recheckMs);
  return {
    catchUp,
    stop() {
      stopped = true;
      unlisten();
      clearInterval(recheck);
    },
  };
}
