// Why an intent was refused: because the owner took the yes back, or for any other reason.
import { apply, type Event, type Task } from '@tars/core';

/** True when the change would have been taken, had the yes that it consumes still been there. */
export function onlyYesIsMissing(task: Task, events: readonly Event[]): boolean {
  const isConsuming = events.some((event) => event.type === 'command.intended' && event.confirmationId !== null);
  if (!isConsuming || task.grant !== null) return false;
  const unasked = events.map((event) => (event.type === 'command.intended' ? { ...event, confirmationId: null } : event));
  return unasked.reduce<Task | null>((next, event) => next && apply(next, event), task) !== null;
}
