// One taken task, told event by event until the teller has caught up, must wait, lost the lease or is asked to stop.
import { type Event, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Outbox, TaskStore } from '@tars/core/redis';
import { type Backoff, backoffMs } from './backoff.js';
import type { Channel, Delivery, Outcome } from './channel.js';
import type { Memory } from './memory.js';
import { throughOutage } from './outage.js';
import { after } from './past.js';

export type Telling = {
  channel: Channel;
  store: Pick<TaskStore, 'events' | 'read'>;
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
const VITAL_TRIES = 3;

export async function tellTask({ taskId, cursor }: { taskId: string; cursor: number }, telling: Telling): Promise<void> {
  const { channel, store, outbox, memory, backoff, leaseMs, clock, random, stop, hurry, onOutcome } = telling;
  const logger = telling.logger.child({ task_id: taskId, channel: channel.name });
  let leaseEnds = performance.now() + leaseMs;
  const isOurs = () => performance.now() < leaseEnds;
  const record = <T>(call: () => Promise<T>) => throughOutage(call, () => isOurs() && !stop.aborted);

  const deliver = async (delivery: Delivery): Promise<Outcome> => {
    try {
      // Nobody else may take the task while this runs.
      return await within((leaseMs * 5) / 6, channel.name, channel.deliver(delivery, hurry));
    } catch (error) {
      logger.error('a delivery went wrong', { seq: delivery.logged.seq, error });
      return { kind: 'later' };
    }
  };
  let known = await record(() => memory.recall(taskId, cursor));
  const wait = async (afterMs?: number) => {
    memory.remember(taskId, { ...known, failures: known.failures + (afterMs === undefined ? 1 : 0) });
    await record(() => outbox.postpone(taskId, afterMs ?? backoffMs(known.failures, backoff, random)));
  };

  for (;;) {
    const page = await record(() => store.events(taskId, known.seq, PAGE));
    if (page.length === 0) break;
    for (const logged of page) {
      const { seq, event } = logged;
      const task = await record(() => store.read(taskId));
      // Purged meanwhile: nothing is left to tell.
      if (task === null) return await record(() => outbox.settle(taskId, seq));
      if (stop.aborted) return await record(() => outbox.postpone(taskId, 0));
      if (!isOurs()) return;
      const outcome = await deliver({ logged, task, past: known.past });
      onOutcome(outcome.kind);
      if (outcome.kind === 'later') return await wait(outcome.afterMs);
      if (outcome.kind === 'refused') {
        if (VITAL.has(event.type) && known.failures + 1 < VITAL_TRIES) return await wait();
        logger.error('a message was refused and is given up', { seq, event: event.type, status: outcome.status });
        await record(() => outbox.refuse({ taskId, seq, status: outcome.status, at: clock() }));
      }
      if (!isOurs()) return;
      await record(() => outbox.advance(taskId, seq, leaseMs));
      leaseEnds = performance.now() + leaseMs;
      known = { seq, past: after(known.past, event), failures: 0 };
      memory.remember(taskId, known);
    }
  }
  await record(() => outbox.settle(taskId, known.seq));
}
