// One task as all who watch it see it: looked at once for everybody, whoever of them is slow.
import { isSettled, type Task, type TaskDiff } from '@tars/core';
import { keys, type News, RECHECK_MS, type Redis, type TaskStore } from '@tars/core/redis';
import { lastSeq, NO_STORY, type Row, type Story, tell } from './story.js';

/** Rows that are kept for watchers; whoever falls further behind reads the log anew. */
export const KEPT_ROWS = 400;
const PAGE = 1_000;
const LEAD = 20;
/** How often the running command's output is looked at. */
const OUTPUT_MS = 300;
const OUTPUT_PAGE = 200;
/** The end of what was printed, as much as somebody reads. */
const TAIL_CHARS = 16_000;

export type Output = { /** How much was ever printed here. */ length: number; tail: string };

export type Watched = {
  task: Task;
  story: Story;
  diff: TaskDiff | null;
  output: Output;
  /** Changes with whatever may show in a part of the page. */
  version: number;
};

export type Watch = {
  /** As it was last seen; null for a task that is not there. */
  seen(): Watched | null;
  /** Calls back whenever something is different, until the watch is left. */
  onChange(look: () => void): void;
  /** Rows that tell something after this sequence, and how far in the log they reach. */
  rowsAfter(seq: number): Promise<{ rows: readonly Row[]; upTo: number }>;
  leave(): void;
};

export type WatchDeps = { store: TaskStore; redis: Redis; news: News };

type Shared = { look(): Promise<void>; watched(): Watched | null; listeners: Set<() => void>; watchers: number; end(): void };

export function createWatching({ store, redis, news }: WatchDeps) {
  const open = new Map<string, Shared>();

  const share = (id: string): Shared => {
    let watched: Watched | null = null;
    const listeners = new Set<() => void>();
    let looking: Promise<void> | null = null;
    let isStale = false;
    let place = '0';
    let isOver = false;

    const tellAll = () => {
      for (const listener of listeners) listener();
    };

    const lookOnce = async () => {
      const task = await store.read(id);
      if (task === null) return;
      let story = watched?.story ?? NO_STORY;
      for (;;) {
        const events = await store.events(id, story.seq, PAGE);
        story = tell(story, events, KEPT_ROWS);
        if (events.length < PAGE) break;
      }
      const isNews = watched === null || story.seq !== watched.story.seq || task.updatedAt !== watched.task.updatedAt;
      // What it has changed is stored after the events that tell of it, so it is asked for each time.
      const diff = isNews || !isSettled(task.state) ? await readDiff(store, id, watched?.diff ?? null) : (watched?.diff ?? null);
      if (!isNews && diff?.at === watched?.diff?.at) return;
      watched = { task, story, diff, output: watched?.output ?? { length: 0, tail: '' }, version: (watched?.version ?? 0) + 1 };
      tellAll();
    };

    /** At most one look at a time; what happened during it is seen by the next. */
    const look = (): Promise<void> => {
      if (looking !== null) {
        isStale = true;
        return looking;
      }
      const run = async () => {
        do {
          isStale = false;
          await lookOnce();
        } while (isStale && !isOver);
      };
      looking = run().finally(() => {
        looking = null;
      });
      return looking;
    };

    const readOutput = async () => {
      for (;;) {
        if (watched === null) return;
        const chunks = (await redis.xRange(keys.output(id), `(${place}`, '+', { COUNT: OUTPUT_PAGE })) ?? [];
        const last = chunks.at(-1);
        if (last === undefined) return;
        place = last.id;
        const text = chunks.map(({ message }) => message.chunk ?? '').join('');
        const { length, tail } = watched.output;
        watched = { ...watched, output: { length: length + text.length, tail: (tail + text).slice(-TAIL_CHARS) } };
        tellAll();
        if (chunks.length < OUTPUT_PAGE) return;
      }
    };

    // Redis may be away for a while; the next look finds what was missed.
    const quietly = (work: () => Promise<void>) => void work().catch(() => {});
    const stopListening = news.listen((hint) => {
      if (hint.taskId === id) quietly(look);
    });
    const recheck = setInterval(() => quietly(look), RECHECK_MS);
    const printing = setInterval(() => quietly(readOutput), OUTPUT_MS);

    return {
      watchers: 0,
      watched: () => watched,
      listeners,
      async look() {
        await look();
        if (place === '0') await readOutput();
      },
      end() {
        isOver = true;
        stopListening();
        clearInterval(recheck);
        clearInterval(printing);
        open.delete(id);
      },
    };
  };

  return {
    /** Begins to watch, sharing the look with whoever watches already; `leave` when done. */
    async watch(id: string): Promise<Watch> {
      const shared = open.get(id) ?? share(id);
      open.set(id, shared);
      shared.watchers++;
      const mine: (() => void)[] = [];
      let isHere = true;
      const leave = () => {
        for (const listener of mine) shared.listeners.delete(listener);
        if (isHere && --shared.watchers === 0) shared.end();
        isHere = false;
      };
      try {
        await shared.look();
      } catch (error) {
        leave();
        throw error;
      }
      return {
        seen: shared.watched,
        onChange(listener) {
          mine.push(listener);
          shared.listeners.add(listener);
        },
        leave,
        async rowsAfter(seq) {
          const story = shared.watched()?.story ?? NO_STORY;
          const isKept = story.rows.length < KEPT_ROWS || (story.rows[0]?.opened.seq ?? 0) <= seq + 1;
          const { rows, seq: upTo } = isKept ? story : await fromLog(store, id, seq);
          return { rows: rows.filter((row) => lastSeq(row) > seq), upTo };
        },
      };
    },
  };
}

export type Watching = ReturnType<typeof createWatching>;

/** The next page of the log, with a little of what stands before it: the intents of its first results. */
async function fromLog(store: TaskStore, id: string, seq: number): Promise<Story> {
  return tell(NO_STORY, await store.events(id, Math.max(0, seq - LEAD), PAGE), PAGE);
}

async function readDiff(store: TaskStore, id: string, before: TaskDiff | null): Promise<TaskDiff | null> {
  const diff = await store.diff(id);
  return diff?.at === before?.at ? before : diff;
}
