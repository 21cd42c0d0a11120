// A task in a few lines for a person at a terminal.
import type { Task } from '@tars/core';

const MINUTE_MS = 60_000;

/** How long ago, in the largest unit that says something. */
export function since(at: number, now: number): string {
  const minutes = Math.floor((now - at) / MINUTE_MS);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
}

const PAUSED = { wish: 'paused', cost: 'paused at its cost limit', day_cost: 'paused, today is spent' } as const;

/** One line for a list: what somebody must do comes before what the task does. */
export function doing(task: Task): string {
  if (task.state === 'paused') return PAUSED[task.pauseReason ?? 'wish'];
  if (task.confirmation !== null) return 'waits for a code';
  if (task.question !== null) return 'waits for an answer';
  if (task.pauseRequested) return 'pausing';
  return task.state === 'started' ? task.phase : task.state;
}

export const shortened = (text: string, length: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
};
