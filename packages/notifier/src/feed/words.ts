// Which sentences of an event are sent: all that there are in detailed mode, the phases gone through in minimal mode.
import { describe, type Event, type EventOf, type Phase } from '@tars/core';
import type { Delivery } from '../channel.js';
import { after, type Past } from '../past.js';
import { ALWAYS_TOLD } from './always-told.js';

/** A sentence; `phase` when it tells that this phase is over rather than what the event is. */
export type Words = { text: string; phase?: Phase };

/** What leaving a phase well means to the reader. */
export const LEFT_WELL: Readonly<Partial<Record<Phase, string>>> = {
  planning: '📋 Planning complete',
  coding: '✏️ Code written',
  fixing: '✏️ Code written',
  testing: '🧪 Tests passing',
};

/** The sentences of one event, in order; mostly none or one. `event` may be a shortened copy of the logged one. */
export function wordsOf(event: Event, { task, past }: Delivery): Words[] {
  if (after(past, event).verbose || ALWAYS_TOLD.has(event.type)) return asWords(describe(task.id, event));
  switch (event.type) {
    case 'task.queued':
      return [{ text: `🚀 Started background task #${task.id}` }];
    case 'phase.entered':
      return event.left !== null && event.leftWell ? leaving(event.left, past) : [];
    case 'task.finished':
      // It ends out of a phase that nothing else will tell the end of.
      return [...(past.phase === 'testing' && !past.green ? [] : leaving(past.phase, past)), { text: ending(task.id, event) }];
    default:
      return [];
  }
}

const asWords = (text: string | null): Words[] => (text === null ? [] : [{ text }]);

/**
 * Each sentence once per task: going back to fix, or testing again, is no news to somebody who was never told that tests failed.
 */
function leaving(phase: Phase, past: Past): Words[] {
  const text = LEFT_WELL[phase];
  const wasTold = past.leftWell.some((earlier) => LEFT_WELL[earlier] === text);
  return text === undefined || wasTold ? [] : [{ text, phase }];
}

/** Nobody may read "complete" as "checked": where nothing was, the sentence that says so stays. */
const ending = (id: string, event: EventOf<'task.finished'>): string =>
  event.proof.verdict === 'VERIFIED' ? '🎉 Task complete!' : (describe(id, event) ?? '');
