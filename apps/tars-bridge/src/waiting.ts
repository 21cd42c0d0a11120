// Which tasks wait for their owner right now, known without asking: kept by hints, read again every two seconds.
import type { Task } from '@tars/core';
import { RECHECK_MS } from '@tars/core/redis';
import type { Link } from './link.js';

export type Waiting = {
  tasks(): readonly Task[];
  /** Reads them again now; what was known stays when Redis is away. */
  refresh(): Promise<readonly Task[]>;
  close(): void;
};

export async function watchWaiting(link: Link): Promise<Waiting> {
  let known: readonly Task[] = [];
  let reading: Promise<void> | undefined;
  let again = false;

  const read = async (): Promise<void> => {
    const store = link.current()?.store;
    // Away or not, the next look mends it.
    const waiting = await store?.waiting().catch(() => undefined);
    if (waiting !== undefined) known = waiting.filter((task) => task.confirmation !== null || task.question !== null);
  };
  const readAll = async (): Promise<void> => {
    do {
      again = false;
      await read();
    } while (again);
    reading = undefined;
  };
  const refresh = async (): Promise<readonly Task[]> => {
    again = true;
    reading ??= readAll();
    await reading;
    return known;
  };

  const stop = link.listen(() => void refresh());
  const timer = setInterval(() => void refresh(), RECHECK_MS).unref();
  await refresh();
  return {
    tasks: () => known,
    refresh,
    close() {
      stop();
      clearInterval(timer);
    },
  };
}
