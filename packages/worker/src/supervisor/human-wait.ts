// While a human is asked: the clock stands, the slot is free, one reminder is sent, and the asking ends.
import type { Event, Task } from '@tars/core';
import type { Slots } from './slots.js';
import type { WorkClock } from './work-clock.js';

const REMIND_MS = 60_000;

export type HumanWait = {
  /** Begins to wait when the task asks for something and is not waited for yet. */
  begin(task: Task): void;
  /** The answer came: the clock goes on, and the task has its place again. */
  end(): void;
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
  let timers: NodeJS.Timeout[] | null = null;
  let holdsSlot = true;

  const at = (time: number, event: () => Event) => setTimeout(() => commit(event()), Math.max(0, time - now()));

  const stop = (): void => {
    timers?.forEach(clearTimeout);
    timers = null;
    if (!holdsSlot) slots.stopWaiting();
  };

  return {
    begin({ confirmation, question }) {
      if (timers !== null || (confirmation === null && question === null)) return;
      timers = [];
      clock.stand('human');
      if (confirmation !== null) {
        const { id: confirmationId, command, askedAt, expiresAt } = confirmation;
        const expired = { outcome: 'expired', grant: null, feedback: null, channel: 'worker' } as const;
        timers.push(at(expiresAt, () => ({ type: 'confirmation.answered', at: now(), confirmationId, command, ...expired })));
        const remindAt = askedAt + REMIND_MS;
        if (remindAt > now() && remindAt < expiresAt) {
          timers.push(at(remindAt, () => ({ type: 'confirmation.reminded', at: now(), confirmationId })));
        }
      } else if (question !== null) {
        const { id: questionId, expiresAt } = question;
        timers.push(at(expiresAt, () => ({ type: 'question.answered', at: now(), questionId, text: null, channel: 'worker' })));
      }
      if (!slots.yieldToOthers()) return;
      holdsSlot = false;
      onSlotFreed();
    },
    end() {
      if (timers === null) return;
      stop();
      clock.go('human');
      if (!holdsSlot) slots.take();
      holdsSlot = true;
    },
    close() {
      if (timers !== null) stop();
      if (holdsSlot) slots.giveBack();
      holdsSlot = false;
    },
  };
}
