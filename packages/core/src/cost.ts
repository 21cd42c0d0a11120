// What a task may cost and has cost, and how amounts of money are written.
import type { Task } from './task.js';

/** Micro-dollars: what it was given at first, and what its owner allowed since. */
export const costCap = ({ limits, costRaisedMicros }: Pick<Task, 'limits' | 'costRaisedMicros'>): number =>
  limits.costMicros + costRaisedMicros;

/** How much more the owner has allowed once `micros` are added, counted from what is spent where that is beyond the cap already. */
export function raisedBy(task: Pick<Task, 'limits' | 'costRaisedMicros' | 'costMicros'>, micros: number): number {
  return Math.max(costCap(task), task.costMicros ?? 0) + micros - task.limits.costMicros;
}

const CENT = 10_000;

/** "$4.02"; less than a dime with four places, so that little is not shown as nothing. */
export const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(micros > 0 && micros < 10 * CENT ? 4 : 2)}`;

export const costText = (micros: number | null): string => (micros === null ? 'cost unknown' : dollars(micros));

/** The day that money is counted by: of UTC, so that workers on several machines agree. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What all tasks of the installation have cost on one day, and may. */
export type DaySpending = { spentMicros: number; limitMicros: number };

export const isSpent = (day: DaySpending | null): boolean => day !== null && day.spentMicros >= day.limitMicros;
