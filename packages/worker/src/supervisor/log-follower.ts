// What others write into a task's log while it is held here: each event once, in order.
import type { Event } from '@tars/core';
import { type Committed, type News, RECHECK_MS, type TaskStore } from '@tars/core/redis';

export type LogFollower = {
  catchUp(): Promise<void>;
  /** Makes a change that appends so many events, which are not read back: whoever makes it knows them. */
  write(events: number, change: () => Promise<Committed>): Promise<Committed>;
  stop(): void;
};

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
  let writing = 0;
  let hinted = 0;
  const read = async (): Promise<void> => {
    for (const { seq, event } of stopped ? [] : await store.events(id, seen)) {
      if (seq <= seen) continue;
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
    if (taskId !== id || seq <= seen) return;
    hinted = Math.max(hinted, seq);
    // The hint of a change of ours may come before its answer.
    if (writing === 0) void catchUp();
  });
  // Hints can be lost.
  const recheck = setInterval(() => void catchUp(), recheckMs);
  return {
    catchUp,
    async write(events, change) {
      writing++;
      try {
        const made = await change();
        // Nothing that others wrote lies before it.
        if (made.kind === 'committed' && made.seq - events === seen) seen = made.seq;
        return made;
      } finally {
        writing--;
        if (writing === 0 && hinted > seen) void catchUp();
      }
    },
    stop() {
      stopped = true;
      unlisten();
      clearInterval(recheck);
    },
  };
}
