// Requests that nobody answers: reminded of and ended on time by whichever process lives, so that no task waits for ever.
import type { Event, EventOf } from '../event.js';
import type { TaskStore } from '../redis/store.js';
import { mayBecome } from '../state.js';
import type { Task } from '../task.js';
import type { Question } from './request.js';

/** A request is reminded of once, this long after it was put. */
export const REMIND_MS = 60_000;
/** The worker that waits keeps time itself; only when it does not is it done here. */
const GRACE_MS = 2_000;
const LOOK_MS = 1_000;

/** What silence of the owner does to the task now; nothing while there is still time. */
export function eventsOfSilence(task: Task, now: number): Event[] {
  const { confirmation, question } = task;
  // While a task is paused its requests' time stands still.
  if (task.state === 'paused') return [];
  if (confirmation !== null) {
    const { id: confirmationId, command, askedAt, expiresAt, remindedAt } = confirmation;
    if (expiresAt + GRACE_MS <= now) {
      const said = { outcome: 'expired', grant: null, feedback: null, channel: 'worker' } as const;
      return [{ type: 'confirmation.answered', at: now, confirmationId, command, ...said }, ...failureOf(task, command, now)];
    }
    const isDue = remindedAt === undefined && askedAt + REMIND_MS + GRACE_MS <= now && now < expiresAt;
    return isDue ? [{ type: 'confirmation.reminded', at: now, confirmationId }] : [];
  }
  if (question === null || question.expiresAt === null) return [];
  if (question.expiresAt + GRACE_MS <= now) return [unanswered(question, now)];
  const isDue = question.remindedAt === undefined && question.askedAt + REMIND_MS + GRACE_MS <= now && now < question.expiresAt;
  return isDue ? [{ type: 'question.reminded', at: now, questionId: question.id }] : [];
}

/** Nobody answered in time: the agent goes on with what it named for that case, or decides by itself. */
export const unanswered = ({ id: questionId, default: decided }: Question, at: number): EventOf<'question.answered'> => ({
  type: 'question.answered',
  at,
  questionId,
  text: null,
  ...(decided === undefined ? {} : { decided }),
  channel: 'worker',
});

/** Why a task whose request stayed unanswered fails. */
export const silenceMessage = (confirmationMs: number, command: string): string =>
  `No confirmation code came within ${confirmationMs / 60_000} min for: ${command}`;

function failureOf({ state, limits }: Task, command: string, at: number): Event[] {
  if (limits.onSilence !== 'fail' || !mayBecome(state, 'failed')) return [];
  return [{ type: 'task.failed', at, reason: 'confirmation_timeout', message: silenceMessage(limits.confirmationMs, command) }];
}

/** Looks every second until the returned function is called. Any number of processes may: the record takes each event once. */
export function watchSilence(options: {
  store: TaskStore;
  clock?: () => number;
  onError: (error: unknown) => void;
  everyMs?: number;
}): () => void {
  const { store, clock = Date.now, onError, everyMs = LOOK_MS } = options;
  let isLooking = false;
  let complaint = '';
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await store.mendWaiting();
      const open = await store.waiting();
      complaint = '';
      for (const task of open) {
        const events = eventsOfSilence(task, clock());
        if (events.length > 0) await store.commit(task.id, { as: { role: 'outsider' }, events, by: { credential: 'tars' } });
      }
    } catch (error) {
      // An outage lasts for many looks and is told of once.
      if (String(error) !== complaint) onError(error);
      complaint = String(error);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
