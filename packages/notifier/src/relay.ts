// Moves the event log out through one channel: takes what is due, several tasks at once, until told to stop.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tars/core/log';
import { type News, type Outbox, RECHECK_MS, redisTrouble, type Taken, type TaskStore } from '@tars/core/redis';
import type { Backoff } from './backoff.js';
import type { Channel, Outcome } from './channel.js';
import { createMemory } from './memory.js';
import { answered } from './outage.js';
import { setBack } from './set-back.js';
import { type Telling, tellTask } from './tell-task.js';
import { createWake } from './wake.js';

export type RelayOptions = {
  channel: Channel;
  store: Pick<TaskStore, 'entries' | 'read'>;
  /** The due-set of the same channel. */
  outbox: Outbox;
  /** Makes it quick; without it news is found within 2 s. */
  news?: News;
  logger: Logger;
  /** Ends the relay: deliveries in flight are finished, the rest is left to the next one. */
  signal: AbortSignal;
  /** Tasks told at the same time. */
  slots?: number;
  /** After this long without a sign of life of ours another relay may take a task. A delivery may last five sixths of it. */
  leaseMs?: number;
  /** At the end a delivery in flight gets this long. */
  drainMs?: number;
  backoff?: Backoff;
  clock?: () => number;
  random?: () => number;
  onOutcome?: (kind: Outcome['kind']) => void;
};

export type Relay = {
  /** Resolves after `signal`, once nothing is in flight; never rejects. */
  ended: Promise<void>;
};

/** Redis' clock and ours may differ, so a nap is never shorter than this. */
const MIN_NAP_MS = 25;
const AWAY_MS = 250;
/** What happens together is told together: a task at full speed makes many events in this time, and nobody reads faster. What comes alone does not wait. */
const GATHER_MS = 150;

/** Begins at once. Per task: in order, none missing, at least once, and a repeat is the same delivery again. */
export function createRelay({
  channel,
  store,
  outbox,
  news,
  logger,
  signal,
  slots = 8,
  leaseMs = 30_000,
  drainMs = 10_000,
  backoff = { firstMs: 1_000, capMs: 60_000 },
  clock = Date.now,
  random = Math.random,
  onOutcome = () => {},
}: RelayOptions): Relay {
  const wake = createWake();
  const hurry = new AbortController();
  const flights = new Set<Promise<void>>();
  const memory = createMemory(store);
  const telling: Telling = {
    channel,
    store,
    outbox,
    memory,
    logger,
    backoff,
    leaseMs,
    clock,
    random,
    stop: signal,
    hurry: hurry.signal,
    onOutcome,
  };
  let isAway = false;
  let launchedAt = Number.NEGATIVE_INFINITY;

  const noteTrouble = (error: unknown) => {
    const trouble = redisTrouble(error);
    if (trouble === null) return logger.error('the relay stumbled; it goes on', { channel: channel.name, error });
    if (!isAway) logger.warn(`Updates wait. ${trouble}`, { channel: channel.name, error });
    isAway = true;
  };
  const onFailure = async (taken: Taken, error: unknown) => {
    if (redisTrouble(error) !== null) return noteTrouble(error);
    await setBack(taken, error, { outbox, logger, channel: channel.name, backoff, random, clock }).catch(noteTrouble);
  };
  const take = async () => {
    if (flights.size >= slots) return null;
    const taken = await answered(() => outbox.take(leaseMs));
    if (isAway) logger.info('Redis is well again; updates go on', { channel: channel.name });
    isAway = false;
    return taken;
  };
  const launch = (taken: Taken) => {
    launchedAt = performance.now();
    const flight = tellTask(taken, telling)
      .catch((error: unknown) => onFailure(taken, error))
      .finally(() => {
        flights.delete(flight);
        wake.ring();
      });
    flights.add(flight);
  };
  /** How long nothing can be due, as far as is known. */
  const napMs = async () => {
    if (flights.size >= slots) return RECHECK_MS;
    const due = await answered(() => outbox.nextDue());
    return due === null ? RECHECK_MS : Math.min(RECHECK_MS, Math.max(MIN_NAP_MS, due - clock()));
  };

  const run = async () => {
    const stopListening = news?.listen(wake.ring);
    signal.addEventListener('abort', wake.ring, { once: true });
    while (!signal.aborted) {
      try {
        const taken = await take();
        if (taken === null) {
          await wake.sleep(await napMs());
          const gatherMs = launchedAt + GATHER_MS - performance.now();
          if (gatherMs > 0) await delay(gatherMs, undefined, { signal }).catch(() => {});
        } else launch(taken);
      } catch (error) {
        noteTrouble(error);
        await wake.sleep(AWAY_MS);
      }
    }
    stopListening?.();
    const late = setTimeout(() => hurry.abort(), drainMs);
    await Promise.all(flights);
    clearTimeout(late);
  };
  return { ended: run() };
}
