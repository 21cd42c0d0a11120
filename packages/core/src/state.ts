// Who may own a task and how it ends: the lifecycle as a table that can be read aloud.
import * as v from 'valibot';

export const STATES = ['queued', 'started', 'paused', 'finished', 'failed', 'timeout', 'cancelled'] as const;
export const State = v.picklist(STATES);
export type State = v.InferOutput<typeof State>;

/** Every allowed change of state. Ends lead back to `queued` by the owner's explicit wish alone: a retry, or a message that continues the task. */
export const NEXT: Readonly<Record<State, readonly State[]>> = {
  queued: ['started', 'paused', 'cancelled', 'failed'],
  started: ['finished', 'failed', 'timeout', 'cancelled', 'paused'],
  paused: ['queued', 'failed', 'cancelled'],
  finished: ['queued'],
  failed: ['queued'],
  timeout: ['queued'],
  cancelled: ['queued'],
};

const SETTLED: ReadonlySet<State> = new Set<State>(['finished', 'failed', 'timeout', 'cancelled']);

/** True once the task has reached an end: from then on it takes annotations, never another state. */
export const isSettled = (state: State): boolean => SETTLED.has(state);

export const mayBecome = (from: State, to: State): boolean => NEXT[from].includes(to);
