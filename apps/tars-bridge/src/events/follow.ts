// The event log as an async iteration: everything from now on, of one task or of all, over every loss of Redis.
import { type Deferred, deferred, describe, type LoggedEvent } from '@tars/core';
import { RECHECK_MS } from '@tars/core/redis';
import type { Link } from '../link.js';
import { isEnding } from './ending.js';
import { createLogReader, type LogReader, type Stirred } from './log-reader.js';

/** An event with the sentence people read, null where it is of no interest to them. */
export type BridgeEvent = LoggedEvent & { text: string | null };
export type EventsOptions = { taskId?: string | undefined; signal?: AbortSignal | undefined };

/** Starts at the moment of the call. With `taskId` it ends once that task has; in any case when `signal` aborts or the bridge closes. */
export function follow(link: Link, { taskId, signal }: EventsOptions): AsyncGenerator<BridgeEvent> {
  const reader = createLogReader({ since: Date.now(), taskId });
  const control = link.current();
  const begun = control === null ? Promise.resolve() : reader.begin(control).catch(() => {});
  const ended = signal === undefined ? link.closed : AbortSignal.any([link.closed, signal]);
  return iterate({ link, reader, begun, ended, taskId });
}

type Following = { link: Link; reader: LogReader; begun: Promise<void>; ended: AbortSignal; taskId: string | undefined };

async function* iterate({ link, reader, begun, ended, taskId }: Following): AsyncGenerator<BridgeEvent> {
  const news = gather(link, ended);
  try {
    await begun;
    for (let stirred: Stirred | 'all' = 'all'; !ended.aborted; stirred = await news.next()) {
      const control = link.current();
      for (const logged of control === null ? [] : await reader.read(control, stirred)) {
        yield { ...logged, text: describe(logged.taskId, logged.event) };
        if (taskId !== undefined && isEnding(logged.event)) return;
      }
    }
  } finally {
    news.stop();
  }
}

/** Collects hints until somebody asks; hints can be lost, so after two quiet seconds everything is due. */
function gather(link: Link, ended: AbortSignal): { next(): Promise<Stirred | 'all'>; stop(): void } {
  let stirred = new Map<string, number>();
  let waiter: Deferred<void> | undefined;
  const wake = () => waiter?.resolve();
  const stopListening = link.listen(({ taskId, seq }) => {
    if (!stirred.has(taskId)) stirred.set(taskId, seq);
    wake();
  });
  ended.addEventListener('abort', wake);
  return {
    async next() {
      if (stirred.size === 0 && !ended.aborted) {
        waiter = deferred<void>();
        const timer = setTimeout(wake, RECHECK_MS);
        await waiter.promise;
        clearTimeout(timer);
      }
      const found = stirred;
      stirred = new Map();
      return found.size === 0 ? 'all' : found;
    },
    stop() {
      stopListening();
      ended.removeEventListener('abort', wake);
    },
  };
}
