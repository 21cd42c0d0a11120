// No request beyond what the owner allows: at the task's cap, or at the day's, the task pauses and the owner decides.
import { costCap, dollars, isSpent, MONEY_OPTIONS, newId, type Question } from '@tars/core';
import type { Context } from './context.js';

/** Before each request. True: the task is being paused, and nothing more may be begun. */
export async function standsAtCap(context: Pick<Context, 'record' | 'now'>): Promise<boolean> {
  const { record, now } = context;
  const task = record.task();
  const at = now();
  const cap = costCap(task);
  // A cost that nobody knows cannot be held against it.
  if (task.costMicros !== null && task.costMicros >= cap) {
    await record.commit([
      { type: 'question.asked', at, question: capQuestion(task.costMicros, cap, task.limits.costMicros, at) },
      { type: 'pause.requested', at, channel: 'worker', reason: 'cost' },
    ]);
    return true;
  }
  const day = record.day();
  if (day === null || !isSpent(day)) return false;
  const text = `Today's tasks have used ${dollars(day.spentMicros)} of the ${dollars(day.limitMicros)} they may cost together. Task #${task.id} goes on at 00:00 UTC; resume it to allow as much again today.`;
  await record.commit([
    { type: 'notice.given', at, notice: 'day_cost', text },
    { type: 'pause.requested', at, channel: 'worker', reason: 'day_cost' },
  ]);
  return true;
}

/** Nobody's silence costs or ends anything: it waits, paused, as long as it takes. */
const capQuestion = (spent: number, cap: number, again: number, askedAt: number): Question => ({
  id: newId('question'),
  callId: `cost-${spent}`,
  about: 'cost',
  text: `It has used ${dollars(spent)} of the ${dollars(cap)} it may cost, and is paused. Go on for another ${dollars(again)}, or for an amount you name?`,
  options: [...MONEY_OPTIONS],
  askedAt,
  expiresAt: null,
});
