// What a relay remembers of the tasks it has told lately; whatever it forgot it reads again from the log.
import type { TaskStore } from '@tars/core/redis';
import { after, BEGINNING, type Past } from './past.js';

export type Known = Readonly<{
  /** Everything up to this event has been told. */
  seq: number;
  past: Past;
  /** How often in a row the next event could not be delivered. */
  failures: number;
}>;

const KEPT_TASKS = 500;
const PAGE = 1_000;

export type Memory = ReturnType<typeof createMemory>;

export function createMemory(store: Pick<TaskStore, 'entries'>) {
  const known = new Map<string, Known>();
  return {
    /** What there is to know of a task told up to `seq`, also when somebody else told the last part. */
    async recall(taskId: string, seq: number): Promise<Known> {
      const held = known.get(taskId);
      if (held?.seq === seq) return held;
      let { seq: read, past } = held !== undefined && held.seq < seq ? held : { seq: 0, past: BEGINNING };
      while (read < seq) {
        const page = await store.entries(taskId, read, Math.min(PAGE, seq - read));
        for (const { event } of page) if (event !== null) past = after(past, event);
        read = page.at(-1)?.seq ?? seq;
      }
      return { seq, past, failures: 0 };
    },
    remember(taskId: string, what: Known): void {
      known.delete(taskId);
      known.set(taskId, what);
      const [oldest] = known.keys();
      if (known.size > KEPT_TASKS && oldest !== undefined) known.delete(oldest);
    },
  };
}
