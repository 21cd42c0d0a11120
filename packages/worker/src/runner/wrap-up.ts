// The model hears, once and in time, that its limits are near: what it leaves behind should work.
import type { Task } from '@tars/core';
import type { Context } from './context.js';

/** What is left of a limit when it is told: this share of it, and one reply at least. */
const SHARE = 0.1;

/** A note like any other, at the end of the transcript: nothing that is cached changes. */
export async function tellOfLimits({ record, now }: Pick<Context, 'record' | 'now'>): Promise<void> {
  const task = record.task();
  const left = whatIsLeft(task);
  if (task.limitNear || left === null) return;
  const text = `Time is running out: ${left} are left. Begin nothing new. Bring what is under way to a working state, then call finish and say what is missing.`;
  await record.commit([{ type: 'limit.neared', at: now(), left }], [{ kind: 'note', turn: task.turns + 1, text }]);
}

/** In words; null while there is enough of both. */
function whatIsLeft({ workedMs, turns, limits }: Pick<Task, 'workedMs' | 'turns' | 'limits'>): string | null {
  const leftMs = limits.workMs - workedMs;
  const replies = limits.turns - turns;
  const fewReplies = turns > 0 && replies <= Math.max(1, SHARE * limits.turns);
  if (leftMs > SHARE * limits.workMs && !fewReplies) return null;
  const seconds = Math.max(0, Math.round(leftMs / 1_000));
  const time = seconds < 120 ? `${seconds} s of work` : `${Math.floor(seconds / 60)} min of work`;
  return `${time} and ${replies} ${replies === 1 ? 'reply (this one)' : 'replies (this one included)'}`;
}
