// The notifier's figures, in Prometheus' text format: what it has told since its start, and what waits in the record.
import { exposition, gauge, type Shown, sampleOf, within } from '@tars/core';
import { outboxFigures, type Redis } from '@tars/core/redis';
import type { Notifier } from './start.js';

const ANSWER_MS = 1_000;

/** While Redis is away only what this process itself has seen is known; `ownFigures` are those of any process. */
export async function metrics(redis: Redis, tallies: Notifier['tallies'], now: number, ownFigures: readonly Shown[]): Promise<string> {
  const waiting = await within(ANSWER_MS, 'Redis', outboxFigures(redis, now)).catch(() => []);
  const told = Object.entries(tallies);
  return exposition([
    {
      name: 'tars_notifications_total',
      help: 'Events by what became of them on their way out.',
      type: 'counter',
      samples: told.flatMap(([transport, { outcomes }]) =>
        Object.entries(outcomes).map(([outcome, count]) => [sampleOf('tars_notifications_total', { transport, outcome }), count] as const),
      ),
    },
    gauge(
      'tars_last_delivery_timestamp_seconds',
      'When a message was last taken, since the start of this process.',
      told.flatMap(([transport, { lastToldAt }]) => (lastToldAt === null ? [] : [[{ transport }, lastToldAt / 1_000]])),
    ),
    ...waiting,
    ...ownFigures,
  ]);
}
