// The notifier's figures, in Prometheus' text format.
import type { Outcome } from './channel.js';

export const metrics = (outcomes: Readonly<Record<Outcome['kind'], number>>): string =>
  [
    '# HELP tars_notifications_total Events by what became of them on their way out.',
    '# TYPE tars_notifications_total counter',
    ...Object.entries(outcomes).map(([outcome, count]) => `tars_notifications_total{transport="n8n",outcome="${outcome}"} ${count}`),
    '',
  ].join('\n');
