// One taken task, told portion by portion until the teller has caught up, must wait, lost the lease or is asked to stop.
import { type Event, type Task, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Outbox, Taken, TaskStore } from '@tars/core/redis';
import { type Backoff, backoffMs } from './backoff.js';
import type { Channel, Delivery, Outcome } from './channel.js';
import type { Known, Memory } from './memory.js';
import { throughOutage } from './outage.js';
import { after } from './past.js';
import { DIGEST, portionOf } from './portion.js';

export type Telling = {
  channel: Channel;
  store: Pick<TaskStore, 'entries' | 'read'>;
  outbox: Outbox;
  memory: Memory;
  logger: Logger;
  backoff: Backoff;
  leaseMs: number;
  clock: () => number;
  random: () => number;
  /** Aborts when the event in hand is to be the last one. */
  stop: AbortSignal;
  /** Aborts when even that takes too long. */
  hurry: AbortSignal;
  onOutcome: (kind: Outcome['kind']) => void;
};

/** A reader with this much before them is far behind. */
const PAGE = 100;
/** A person waits for these: their refusal must be repeated before it counts. The events behind them wait 3 s at most. */
const VITAL: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'confirmation.requested',
  'question.asked',
  'task.finished',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
]);
const TRIES = 3;
/** A place kept this lately is kept again with the next: what is told meanwhile would be repeated under its own id, by whoever comes after a crash. */
const KEEP_MS = 250;
/** A task read this lately is as it was: what is told of it is in the events. */
const KNOWN_MS = 250;
/** While something rests, whether something has come that must not is looked at this often. */
const LOOK_MS = 1_000;

export async function tellTask({ taskId, cursor, until }: Taken, telling: Telling): Promise<void> {
  const { channel, store, outbox, memory, backoff, leaseMs, clock, random, stop, hurry, onOutcome } = telling;
  const { joins = () => false, gathers } = channel;
  const logger = telling.logger.child({ task_id: taskId, channel: channel.name });
  let keptAt = performance.now();
  let leaseEnds = keptAt + leaseMs;
  const isOurs = () => performance.now() < leaseEnds;
  const record = <T>(call: () => Promise<T>) => throughOutage(call, () => isOurs() && !stop.aborted);

  let known: Known = await record(() => memory.recall(taskId, cursor));
  let recorded = cursor;
  let hasTold = false;
  /** Renews the lease as well. What was skipped is recorded with what comes after it. */
  const keepPlace = async () => {
    if (known.seq === recorded) return;
    await record(() => outbox.advance(taskId, known.seq, leaseMs));
    keptAt = performance.now();
    leaseEnds = keptAt + leaseMs;
    recorded = known.seq;
  };
  const wait = async (afterMs?: number) => {
    await keepPlace();
    memory.remember(taskId, { ...known, failures: known.failures + (afterMs === undefined ? 1 : 0) });
    await record(() => outbox.postpone(taskId, afterMs ?? backoffMs(known.failures, backoff, random)));
  };
  const deliver = (delivery: Delivery): Promise<Outcome> => {
    const place = { seq: delivery.logged.seq, session_id: delivery.task.sessionId };
    const delivered = channel.deliver(delivery, hurry).catch((error: unknown): Outcome => {
      logger.error('a message could not be put into words', { ...place, error });
      return { kind: 'refused', status: null };
    });
    // Nobody else may take the task while this runs.
    return within((leaseMs * 5) / 6, channel.name, delivered).catch((error: unknown): Outcome => {
      logger.error('a delivery hangs', { ...place, error });
      return { kind: 'later' };
    });
  };

  for (;;) {
    const page = await record(() => store.entries(taskId, known.seq, PAGE));
    if (page.length === 0) break;
    let task: Task | null = null;
    let readAt = Number.NEGATIVE_INFINITY;
    for (let rest = page; rest[0] !== undefined; rest = rest.filter(({ seq }) => seq > known.seq)) {
      if (performance.now() - readAt > KNOWN_MS) {
        task = await record(() => store.read(taskId));
        readAt = performance.now();
      }
      // Purged meanwhile: nothing is left to tell.
      if (task === null) return await record(() => outbox.settle(taskId, known.seq));
      if (stop.aborted) return await wait(0);
      if (!isOurs()) return;
      // What comes first after a taking may have been tried before, on its own: it is tried as it was.
      const begun = known.seq === cursor ? until : null;
      const canRest = begun === null && rest.every(({ event }) => event !== null && joins(event));
      const restMs = canRest ? (gathers?.restMs(taskId) ?? 0) : 0;
      if (restMs > 0) return await wait(Math.min(restMs, LOOK_MS));
      const gathered = gathers ?? (hasTold && page.length === PAGE ? DIGEST : null);
      const portion = portionOf(rest, { until: begun, gathered, joins });
      const seq = portion?.logged.seq ?? rest[0].seq;
      // Where events are gathered, the one that was tried alone must be known as well: it is repeated alone.
      if (begun === null && portion !== null && (portion.earlier.length > 0 || gathers !== undefined)) {
        await keepPlace();
        if (!(await record(() => outbox.join(taskId, known.seq, seq)))) return;
      }
      const outcome: Outcome = portion === null ? { kind: 'refused', status: null } : await deliver({ ...portion, task, past: known.past });
      onOutcome(outcome.kind);
      if (outcome.kind === 'later') return await wait(outcome.afterMs);
      if (outcome.kind === 'refused') {
        const { status } = outcome;
        const event = portion?.logged.event.type ?? 'unreadable';
        const isWorthRepeating = status === null || (event !== 'unreadable' && VITAL.has(event));
        if (isWorthRepeating && known.failures + 1 < TRIES) return await wait();
        logger.error('a message was refused and is given up', { seq, session_id: task.sessionId, event, status });
        await record(() => outbox.refuse({ taskId, seq, status, at: clock() }));
      }
      if (!isOurs()) return;
      const told = portion === null ? [] : [...portion.earlier, portion.logged];
      known = { seq, past: told.reduce((past, { event }) => after(past, event), known.past), failures: 0 };
      memory.remember(taskId, known);
      if (outcome.kind === 'skipped') continue;
      hasTold = true;
      // Where messages are gathered they are few, and not every receiver knows a repeated one.
      if (gathers !== undefined || performance.now() - keptAt >= KEEP_MS) await keepPlace();
    }
    // The settling tells of what was skipped, and sees to what has come meanwhile.
    if (page.length < PAGE) break;
    await keepPlace();
  }
  await record(() => outbox.settle(taskId, known.seq));
}
