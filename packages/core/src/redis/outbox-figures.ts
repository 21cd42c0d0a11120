// What waits to be told, and what was given up, by the way out: for api and notifier alike.
import { gauge, type Shown } from '../figures/exposition.js';
import type { Redis } from './connect.js';
import { createOutbox } from './outbox.js';
import { OUTBOX_CHANNELS } from './store.js';

export async function outboxFigures(redis: Redis, now: number): Promise<Shown[]> {
  const backlogs = await Promise.all(
    OUTBOX_CHANNELS.map(async (transport) => ({ transport, ...(await createOutbox(redis, transport).backlog()) })),
  );
  return [
    gauge(
      'tars_outbox_tasks',
      'Tasks with events that wait to be told.',
      backlogs.map(({ transport, tasks }) => [{ transport }, tasks]),
    ),
    gauge(
      'tars_outbox_oldest_seconds',
      'For how long the oldest of those events has waited.',
      backlogs.map(({ transport, oldestAt }) => [{ transport }, oldestAt === null ? 0 : Math.max(0, now - oldestAt) / 1_000]),
    ),
    gauge(
      'tars_outbox_given_up',
      'Messages given up, of which the last 1,000 are remembered.',
      backlogs.map(({ transport, refusals }) => [{ transport }, refusals]),
    ),
  ];
}
