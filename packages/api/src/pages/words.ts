// How times, money and states read on a page.
import { isSettled, type Task } from '@tars/core';

/** `0:42`, `12:05`, `1:02:11`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

export const money = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

export const cost = ({ costMicros }: Pick<Task, 'costMicros'>): string => (costMicros === null ? 'cost unknown' : money(costMicros));

/** How long ago, in the largest unit that says something. */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / (24 * 60))} days ago`;
}

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `calm`: nothing to do · `busy`: works · `asks`: waits for a person · `good` and `bad`: ended so. */
export type Tone = 'calm' | 'busy' | 'asks' | 'good' | 'bad';

/** What somebody must do comes before what the task does. */
export function standing(task: Task): { word: string; tone: Tone } {
  // A question without an end is what the task is paused for.
  if (task.question !== null && task.question.expiresAt === null) return { word: 'needs your answer', tone: 'asks' };
  if (task.state === 'paused') return { word: 'paused', tone: 'calm' };
  if (task.confirmation !== null) return { word: 'needs your code', tone: 'asks' };
  if (task.question !== null) return { word: 'needs your answer', tone: 'asks' };
  if (task.state === 'finished')
    return task.proof?.verdict === 'VERIFIED' ? { word: 'finished', tone: 'good' } : { word: 'finished, unverified', tone: 'calm' };
  if (task.state === 'cancelled') return { word: 'cancelled', tone: 'calm' };
  if (isSettled(task.state)) return { word: task.state, tone: 'bad' };
  if (task.cancelRequested) return { word: 'cancelling', tone: 'busy' };
  if (task.pauseRequested) return { word: 'pausing', tone: 'busy' };
  return task.state === 'queued' ? { word: 'queued', tone: 'calm' } : { word: 'running', tone: 'busy' };
}

/** Whether its clock runs: not while somebody is waited for. */
export const isTicking = (task: Task): boolean => task.state === 'started' && task.confirmation === null && task.question === null;
