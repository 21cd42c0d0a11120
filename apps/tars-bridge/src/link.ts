// The bridge's hold on the record: absent while Redis is away at the start, opened by itself once Redis is there.
import { deferred } from '@tars/core';
import type { RedisConfig } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import {
  type Control,
  discoverRedis,
  endpointName,
  type Hint,
  isConnectionLoss,
  type RedisEndpoint,
  RedisUnreachableError,
} from '@tars/core/redis';

const RETRY_MS = 1_000;
/** A Redis that accepts connections but answers nothing must not hold up a conversation. */
const PATIENCE_MS = 3_000;

export type Link = {
  /** What is open, without waiting; null while nothing is. It may have lost Redis just now: `redis.isReady` tells. */
  current(): Control | null;
  /** The same, after one try to open when nothing is. */
  get(): Promise<Control | null>;
  /** Hints that a task changed, over every loss and return of Redis. */
  listen(onHint: (hint: Hint) => void): () => void;
  /** Aborts when the link is closed. */
  readonly closed: AbortSignal;
  close(): Promise<void>;
};

export type LinkOptions = {
  /** Where to look; 'own' when `open` brings a Redis of its own and is given null. */
  redis: RedisConfig | 'own';
  stateDir: string;
  open: (endpoint: RedisEndpoint | null) => Promise<Control>;
  /** How long the first opening may take. */
  patienceMs?: number;
  logger: Logger;
};

/** Resolves after the first try, whatever Redis does; throws only what no return of Redis would mend. */
export async function openLink({ redis, stateDir, open, patienceMs = PATIENCE_MS, logger }: LinkOptions): Promise<Link> {
  const listeners = new Set<(hint: Hint) => void>();
  let control: Control | null = null;
  let attempt: Promise<Control | null> | undefined;
  let complaint = '';
  const closing = new AbortController();
  const { signal: closed } = closing;

  const isFine = () => control !== null && (control.redis.isReady || redis === 'own' || redis.kind !== 'unset');
  /** A Redis that is looked for may have come back in another place: `tars up` takes a new socket each time. */
  const isElsewhere = (endpoint: RedisEndpoint | null) =>
    endpoint !== null && (control === null || endpointName(endpoint) !== endpointName(control.endpoint));

  const reopen = async (): Promise<Control | null> => {
    const endpoint = redis === 'own' ? null : await discoverRedis(redis, stateDir);
    if (redis !== 'own' && !isElsewhere(endpoint)) return control;
    const opened = await open(endpoint);
    const before = control;
    control = closed.aborted ? null : opened;
    opened.news.listen((hint) => {
      for (const listener of listeners) listener(hint);
    });
    await (closed.aborted ? opened : before)?.close();
    complaint = '';
    return control;
  };
  const tryOnce = (): Promise<Control | null> => {
    attempt ??= reopen().finally(() => {
      attempt = undefined;
    });
    return attempt;
  };
  const complain = (error: unknown): null => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== complaint) logger.warn('The background task system is not open yet', { error });
    complaint = message;
    return null;
  };
  const isAway = (error: unknown) => error instanceof RedisUnreachableError || isConnectionLoss(error);

  await atMost(
    patienceMs,
    tryOnce().catch((error: unknown) => {
      if (!isAway(error)) throw error;
      return complain(error);
    }),
  );
  const get = async (): Promise<Control | null> => {
    if (closed.aborted || isFine()) return control;
    return (await atMost(PATIENCE_MS, tryOnce().catch(complain))) ?? control;
  };
  const retry = setInterval(() => void get(), RETRY_MS).unref();

  return {
    current: () => control,
    get,
    closed,
    listen(onHint) {
      listeners.add(onHint);
      return () => listeners.delete(onHint);
    },
    async close() {
      closing.abort();
      clearInterval(retry);
      listeners.clear();
      await attempt?.catch(() => {});
      await control?.close();
      control = null;
    },
  };
}

/** The work's result, or null when it takes longer; it goes on all the same. */
async function atMost<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const late = deferred<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
