// A task in a few lines for a person at a terminal.
import { percentDone, type Task } from '@tars/core';

const MINUTE_MS = 60_000;

/** How long ago, in the largest unit that says something. */
export function since(at: number, now: number): string {
  const minutes = Math.floor((now - at) / MINUTE_MS);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
}

/** One line for a list: what somebody must do comes before what the task does. */
export function doing(task: Task): string {
  if (task.state === 'paused') return 'paused';
  if (task.confirmation !== null) return 'waits for a code';
  if (task.question !== null) return 'waits for an answer';
  if (task.pauseRequested) return 'pausing';
  return task.state === 'started' ? task.phase : task.state;
}

export const shortened = (text: string, length: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
};

/** How a task stands, in one line: what it does, how far it is, what it has used. */
export function standing(task: Task, now: number): string {
  const percent = percentDone(task);
  return [
    `#${task.id}`,
    doing(task),
    ...(percent === null ? [] : [`${percent}%`]),
    ...(task.turns === 0 ? [] : [`turn ${task.turns} of ${task.limits.turns}`]),
    ...(task.startedAt === null ? [] : [clock(now - task.startedAt)]),
    ...(task.costMicros === null || task.costMicros === 0 ? [] : [`$${(task.costMicros / 1_000_000).toFixed(2)}`]),
  ].join(' · ');
}

const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
