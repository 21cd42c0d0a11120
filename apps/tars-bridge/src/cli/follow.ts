// A task's event log from its first event (or the one after `after`), and then each as it happens, until the task has ended.
import { deferred, isSettled, type LoggedEvent } from '@tars/core';
import { type Control, isConnectionLoss, RECHECK_MS } from '@tars/core/redis';

type Look = { events: LoggedEvent[]; ended: boolean };

/** Ends after the last event of an ended task, or when `signal` aborts. Waits while Redis is away. */
export async function* follow(
  { store, news }: Pick<Control, 'store' | 'news'>,
  id: string,
  signal: AbortSignal,
  after = 0,
): AsyncGenerator<LoggedEvent> {
  let seen = after;
  let stirred = deferred<void>();
  const stir = () => stirred.resolve();
  const stopListening = news.listen(({ taskId }) => {
    if (taskId === id) stir();
  });
  signal.addEventListener('abort', stir);

  const look = async (): Promise<Look> => {
    try {
      const task = await store.read(id);
      const events = await store.events(id, seen);
      return { events, ended: events.length === 0 && (task === null || isSettled(task.state)) };
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      return { events: [], ended: false };
    }
  };

  try {
    while (!signal.aborted) {
      stirred = deferred<void>();
      const { events, ended } = await look();
      for (const logged of events) {
        seen = logged.seq;
        yield logged;
      }
      if (ended) return;
      // Hints can be lost, so a look is due now and then without one.
      const recheck = setTimeout(stir, events.length > 0 ? 0 : RECHECK_MS);
      await stirred.promise;
      clearTimeout(recheck);
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', stir);
  }
}
