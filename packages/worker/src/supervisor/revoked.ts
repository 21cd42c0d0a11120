// Why an intent was refused: because the owner took the yes back, or for any other reason.
import { apply, type Event, type Task } from '@tars/core';

/** True when the change would have been taken, had the yes that it consumes still been there. */
export function onlyYesIsMissing(task: Task, events: readonly Event[]): boolean {
  const isConsuming = events.some((event) => consumes(event));
  if (!isConsuming || task.grant !== null) return false;
  const unasked = events.map((event) => (consumes(event) ? unaskedFor(event) : event));
  return unasked.reduce<Task | null>((next, event) => next && apply(next, event), task) !== null;
}

type Intent = Extract<Event, { type: 'command.intended' | 'edit.intended' }>;

const consumes = (event: Event): event is Intent =>
  (event.type === 'command.intended' || event.type === 'edit.intended') && (event.confirmationId ?? null) !== null;

function unaskedFor(intent: Intent): Event {
  if (intent.type === 'command.intended') return { ...intent, confirmationId: null };
  const { confirmationId: _, ...rest } = intent;
  return rest;
}
