// What is told in minimal mode too, in the words of detailed mode.
import type { EventType } from '@tars/core';

export const ALWAYS_TOLD: ReadonlySet<EventType> = new Set<EventType>([
  'confirmation.requested',
  'confirmation.reminded',
  'confirmation.answered',
  'question.asked',
  'question.reminded',
  'question.answered',
  'notice.given',
  'verbosity.changed',
  'message.seen',
  'task.paused',
  'task.resumed',
  'task.retried',
  'result.delivered',
  'task.undone',
  'undo.refused',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
]);
