// While a human is asked: the clock stands, the slot is free, one reminder is sent, and the asking ends.
import { type Event, REMIND_MS, type Task, unanswered } from '@tars/core';
import type { Slots } from './slots.js';
import type { WorkClock } from './work-clock.js';

export type HumanWait = {
  /** Begins to wait when the task asks for something that is neither waited for nor answered yet. */
  begin(task: Pick<Task, 'confirmation' | 'question'>): void;
  /** The answer to this request came, be it before the wait began: the clock goes on, and the task has its place again. */
  end(requestId: string): void;
  /** The task is over: whatever it held is given back. */
  close(): void;
};

export function createHumanWait(options: {
  clock: WorkClock;
  slots: Slots;
  commit: (event: Event) => void;
  onSlotFreed: () => void;
  now?: () => number;
}): HumanWait {
  const { clock, slots, commit, onSlotFreed, now = Date.now } = options;
  const answered = new Set<string>();
  let waitsFor: string | null = null;
  let timers: NodeJS.Timeout[] = [];
  let holdsSlot = true;

  const at = (time: number, event: () => Event) => setTimeout(() => commit(event()), Math.max(0, time - now()));

  const stopTimers = (): void => {
    timers.forEach(clearTimeout);
    timers = [];
  };

  const timersOf = ({ confirmation, question }: Pick<Task, 'confirmation' | 'question'>): NodeJS.Timeout[] => {
    if (confirmation !== null) {
      const { id: confirmationId, command, askedAt, expiresAt, remindedAt } = confirmation;
      const expired = { outcome: 'expired', grant: null, feedback: null, channel: 'worker' } as const;
      const expiry = at(expiresAt, () => ({ type: 'confirmation.answered', at: now(), confirmationId, command, ...expired }));
      const remindAt = askedAt + REMIND_MS;
      if (remindedAt !== undefined || remindAt <= now() || remindAt >= expiresAt) return [expiry];
      return [expiry, at(remindAt, () => ({ type: 'confirmation.reminded', at: now(), confirmationId }))];
    }
    if (question === null || question.expiresAt === null) return [];
    const { id: questionId, askedAt, expiresAt, remindedAt } = question;
    const expiry = at(expiresAt, () => unanswered(question, now()));
    const remindAt = askedAt + REMIND_MS;
    if (remindedAt !== undefined || remindAt <= now() || remindAt >= expiresAt) return [expiry];
    return [expiry, at(remindAt, () => ({ type: 'question.reminded', at: now(), questionId }))];
  };

  return {
    begin(task) {
      const request = task.confirmation ?? task.question;
      if (request === null || request.id === waitsFor || answered.has(request.id)) return;
      stopTimers();
      timers = timersOf(task);
      waitsFor = request.id;
      clock.stand('human');
      if (!holdsSlot || !slots.yieldToOthers()) return;
      holdsSlot = false;
      onSlotFreed();
    },
    end(requestId) {
      answered.add(requestId);
      if (requestId !== waitsFor) return;
      stopTimers();
      waitsFor = null;
      clock.go('human');
      if (holdsSlot) return;
      slots.stopWaiting();
      slots.take();
      holdsSlot = true;
    },
    close() {
      stopTimers();
      if (holdsSlot) slots.giveBack();
      else slots.stopWaiting();
    },
  };
}
