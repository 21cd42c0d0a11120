// A way out of the event log: what every channel is given, and the four things it can answer.
import type { Event, LoggedEvent, Task } from '@tars/core';
import type { OutboxChannel } from '@tars/core/redis';
import type { Past } from './past.js';

export type Delivery = {
  logged: LoggedEvent;
  /** Events just before it that are told with it, as one message. */
  earlier?: readonly LoggedEvent[];
  /** The task as it is now, which may be long after the event. */
  task: Task;
  /** What was so just before the first of them. */
  past: Past;
};

export type Outcome =
  | { kind: 'delivered' }
  /** Of no interest to this channel, or no longer. */
  | { kind: 'skipped' }
  /** The receiver will not take this message, now or later; `status` is its HTTP answer, null where it was never asked. */
  | { kind: 'refused'; status: number | null }
  /** Not now: again in `afterMs`, or with growing patience when the channel does not say. */
  | { kind: 'later'; afterMs?: number };

/** How a channel likes to be told several events as one. */
export type Gathering = {
  /** At most so many. */
  most: number;
  /** Whether an event that must not wait takes along those before it that could. */
  takesAlong: boolean;
  /** How long what may be joined should still rest, so that more of it comes together. */
  restMs(taskId: string): number;
};

export type Channel = {
  name: OutboxChannel;
  /** Which events may be told together; none without it. */
  joins?(event: Event): boolean;
  /** Whenever there are several of them; without it only once the reader is far behind. */
  gathers?: Gathering;
  /** Called for one event of a task at a time, in order; for several tasks at once. Ends early when `signal` aborts. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
};
