// The notifier's figures, in Prometheus' text format: what it has told since its start, and what waits in the record.
import { within } from '@tars/core';
import { createOutbox, OUTBOX_CHANNELS, type Redis } from '@tars/core/redis';
import type { Notifier } from './start.js';

const ANSWER_MS = 1_000;

type Row = { channel: string; value: number };

/** While Redis is away only what this process itself has seen is known. */
export async function metrics(redis: Redis, tallies: Notifier['tallies'], now: number): Promise<string> {
  const backlogs = await within(
    ANSWER_MS,
    'Redis',
    Promise.all(OUTBOX_CHANNELS.map(async (channel) => ({ channel, ...(await createOutbox(redis, channel).backlog()) }))),
  ).catch(() => []);
  return [
    '# HELP tars_notifications_total Events by what became of them on their way out.',
    '# TYPE tars_notifications_total counter',
    ...Object.entries(tallies).flatMap(([channel, { outcomes }]) =>
      Object.entries(outcomes).map(([outcome, count]) => `tars_notifications_total{transport="${channel}",outcome="${outcome}"} ${count}`),
    ),
    ...gauge(
      'tars_last_delivery_timestamp_seconds',
      'When a message was last taken, since the start of this process.',
      Object.entries(tallies).flatMap(([channel, { lastToldAt }]) => (lastToldAt === null ? [] : [{ channel, value: lastToldAt / 1_000 }])),
    ),
    ...gauge(
      'tars_outbox_tasks',
      'Tasks with events that wait to be told.',
      backlogs.map(({ channel, tasks }) => ({ channel, value: tasks })),
    ),
    ...gauge(
      'tars_outbox_oldest_seconds',
      'For how long the oldest of those events has waited.',
      backlogs.map(({ channel, oldestAt }) => ({ channel, value: oldestAt === null ? 0 : Math.max(0, now - oldestAt) / 1_000 })),
    ),
    ...gauge(
      'tars_outbox_given_up',
      'Messages given up, of which the last 1,000 are remembered.',
      backlogs.map(({ channel, refusals }) => ({ channel, value: refusals })),
    ),
    '',
  ].join('\n');
}

const gauge = (name: string, help: string, rows: readonly Row[]): string[] =>
  rows.length === 0
    ? []
    : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...rows.map(({ channel, value }) => `${name}{transport="${channel}"} ${value}`)];
