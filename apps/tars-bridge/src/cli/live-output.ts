// What a task's commands print, as they print it, from the one that runs right now on.
import { type Control, keys } from '@tars/core/redis';

type Source = Pick<Control, 'store' | 'redis'>;

export type LiveOutput = {
  /** Prints what has come since the last time, in order, however often it is called. */
  drain(): Promise<void>;
};

const PAGE = 1_000;

export async function openLiveOutput({ store, redis }: Source, id: string, print: (chunk: string) => void): Promise<LiveOutput> {
  const runsSince = await startOfRunningCommand(store, id);
  let last = '0';
  const read = async (): Promise<void> => {
    const chunks = (await redis.xRange(keys.output(id), `(${last}`, '+', { COUNT: PAGE })) ?? [];
    for (const { id: entry, message } of chunks) {
      last = entry;
      // An entry's number begins with its time in ms.
      if (Number(entry.split('-')[0]) >= runsSince) print(message.chunk ?? '');
    }
    if (chunks.length > 0) await read();
  };
  let reading = Promise.resolve();
  return {
    drain() {
      reading = reading.catch(() => {}).then(read);
      return reading;
    },
  };
}

/** Its time in ms; the present moment when nothing runs. */
async function startOfRunningCommand(store: Source['store'], id: string): Promise<number> {
  let since = Date.now();
  let seen = 0;
  for (;;) {
    const page = await store.events(id, seen);
    for (const { seq, event } of page) {
      seen = seq;
      if (event.type === 'command.intended') since = event.at;
      if (event.type === 'command.finished') since = Date.now();
    }
    if (page.length === 0) return since;
  }
}
