// The owner hears when a task has used most of the money it may use.
import type { Event, Task } from '@tars/core';

const SHARE = 0.8;

/** The notice when this reply crosses the mark; nothing before and after, or where the price is not known. */
export function costNotice({ id, costMicros: before, limits }: Task, replyMicros: number | null, at: number): Event[] {
  const mark = limits.costMicros * SHARE;
  if (before === null || replyMicros === null || before >= mark || before + replyMicros < mark) return [];
  const text = `Task #${id} has used ${dollars(before + replyMicros)} of the ${dollars(limits.costMicros)} it may cost.`;
  return [{ type: 'notice.given', at, notice: 'cost', text }];
}

const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;
