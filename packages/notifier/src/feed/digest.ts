// Several events in one message, for a reader who is far behind or wants less of them: a line for each thing that was done.
import type { EventType, LoggedEvent, Redact } from '@tars/core';
import type { Delivery } from '../channel.js';
import { firstLine } from '../discord/clean.js';
import { after, type Past } from '../past.js';
import { kindOf } from './kind.js';
import { wordsOf } from './words.js';

/** What is only progress, and what nobody outside is told. Whatever a person must act on, and every end, goes alone. */
export const JOINED: ReadonlySet<EventType> = new Set<EventType>([
  'attempt.started',
  'turn.replied',
  'plan.updated',
  'edit.intended',
  'edit.made',
  'command.intended',
  'command.finished',
  'tests.passed',
]);

/** The lines of all the events, and what was so just before the last of them. */
export function digestOf(delivery: Delivery, earlier: readonly LoggedEvent[], redact: Redact): { text: string; past: Past } {
  let { past } = delivery;
  const lines: string[] = [];
  for (const logged of [...earlier, delivery.logged]) {
    const one = { ...delivery, logged, past };
    if (kindOf(one) !== null) lines.push(...wordsOf(logged.event, one).map(({ text }) => firstLine(redact(text))));
    if (logged !== delivery.logged) past = after(past, logged.event);
  }
  return { text: lines.join('\n'), past };
}
