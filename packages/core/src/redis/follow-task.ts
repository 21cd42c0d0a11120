// A task's event log from a place in it, and then each event as it happens, until the task has ended.
import { deferred } from '../deferred.js';
import type { LoggedEvent } from '../event.js';
import { isSettled } from '../state.js';
import { isConnectionLoss } from './connection-loss.js';
import { type News, RECHECK_MS } from './news.js';
import type { TaskStore } from './store.js';

type Log = { store: Pick<TaskStore, 'read' | 'events'>; news: News };
type Place = { id: string /** The last sequence that is known already. */; after?: number; signal: AbortSignal };
type Look = { events: LoggedEvent[]; ended: boolean };

/** Those who are woken by one hint, and stand at the same place, look once for all of them. */
const looks = new WeakMap<Log['store'], Map<string, Promise<Look>>>();

function lookTogether(store: Log['store'], id: string, seen: number): Promise<Look> {
  const underWay = looks.get(store) ?? new Map<string, Promise<Look>>();
  looks.set(store, underWay);
  const key = `${id}:${seen}`;
  const known = underWay.get(key);
  if (known !== undefined) return known;
  const look = async (): Promise<Look> => {
    const task = await store.read(id);
    const events = await store.events(id, seen);
    return { events, ended: events.length === 0 && (task === null || isSettled(task.state)) };
  };
  const begun = look();
  underWay.set(key, begun);
  // Whoever is woken later may have been woken by something this look does not see any more.
  setImmediate(() => underWay.delete(key));
  return begun;
}

/** Ends after the last event of an ended task, or when `signal` aborts. Waits while Redis is away. */
export async function* followTask({ store, news }: Log, { id, after = 0, signal }: Place): AsyncGenerator<LoggedEvent> {
  let seen = after;
  let stirred = deferred<void>();
  const stir = () => stirred.resolve();
  const stopListening = news.listen(({ taskId }) => {
    if (taskId === id) stir();
  });
  signal.addEventListener('abort', stir);

  const look = async (): Promise<Look> => {
    try {
      return await lookTogether(store, id, seen);
    } catch (error) {
      if (!signal.aborted && !isConnectionLoss(error)) throw error;
      return { events: [], ended: false };
    }
  };

  try {
    while (!signal.aborted) {
      stirred = deferred<void>();
      const { events, ended } = await look();
      for (const logged of events) {
        if (signal.aborted) return;
        seen = logged.seq;
        yield logged;
      }
      if (ended) return;
      // Hints can be lost, so a look is due now and then without one.
      const recheck = setTimeout(stir, events.length > 0 ? 0 : RECHECK_MS);
      if (signal.aborted) stir();
      await stirred.promise;
      clearTimeout(recheck);
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', stir);
  }
}
