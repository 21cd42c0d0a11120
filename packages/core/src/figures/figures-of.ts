// Which figures an event moves; the task is as it was before.
import type { Event } from '../event.js';
import type { Task } from '../task.js';
import { counted, type Figure, observed } from './figure.js';

const OUTCOMES = {
  'task.finished': 'finished',
  'task.failed': 'failed',
  'task.timed_out': 'timeout',
  'task.cancelled': 'cancelled',
} as const;

export function figuresOf(before: Pick<Task, 'workedMs' | 'confirmation'>, event: Event): Figure[] {
  switch (event.type) {
    case 'task.queued':
      return [counted('tars_tasks_accepted_total')];
    case 'task.claimed':
      return event.afterCrash ? [counted('tars_task_crashes_total')] : [];
    case 'turn.replied': {
      const { model, usage, costMicros } = event;
      const tokens = {
        input: usage.input,
        output: usage.output,
        cache_read: usage.cacheRead,
        cache_write: usage.cacheWrite5m + usage.cacheWrite1h,
      };
      return [
        counted('tars_agent_turns_total'),
        ...Object.entries(tokens).flatMap(([kind, count]) =>
          count === 0 ? [] : [counted('tars_model_tokens_total', { model, kind }, count)],
        ),
        ...(costMicros === null || costMicros === 0 ? [] : [counted('tars_model_cost_usd_total', { model }, costMicros / 1_000_000)]),
      ];
    }
    case 'confirmation.answered': {
      const { confirmation } = before;
      // A no that takes a yes back ends no request.
      if (confirmation?.id !== event.confirmationId) return [];
      const { outcome, channel } = event;
      return [
        counted('tars_confirmations_total', { outcome, channel }),
        ...observed('tars_confirmation_wait_seconds', { outcome }, Math.max(0, event.at - confirmation.askedAt) / 1_000),
      ];
    }
    case 'task.finished':
    case 'task.failed':
    case 'task.timed_out':
    case 'task.cancelled': {
      const outcome = OUTCOMES[event.type];
      const workedMs = Math.max(before.workedMs, event.workedMs ?? 0);
      return [counted('tars_tasks_total', { outcome }), ...observed('tars_task_duration_seconds', { outcome }, workedMs / 1_000)];
    }
    default:
      return [];
  }
}
