// The numbers that bound one task, fixed when it is accepted.
import * as v from 'valibot';

export const Limits = v.object({
  /** Work time in ms; waiting for a human or for the model's service does not count. */
  workMs: v.number(),
  turns: v.number(),
  confirmationMs: v.number(),
  /** What silence means: the task fails, or that one command is denied and the agent goes on. */
  onSilence: v.picklist(['fail', 'deny']),
  /** Micro-dollars; a task whose model has no known price is not bound by it. */
  costMicros: v.number(),
  /** How often a task may ask for a code; see `MAX_CONFIRMATIONS`. */
  confirmations: v.optional(v.number()),
  /** How long a question waits for its answer; as long as a confirmation where it is not set. */
  questionMs: v.optional(v.number()),
  /** After how many repetitions the model is told that it goes round in circles, and after how many its owner is asked. */
  deadEnds: v.optional(v.object({ nudgeAfter: v.number(), askAfter: v.number() })),
});
export type Limits = v.InferOutput<typeof Limits>;

/** A task whose worker died this often is not claimed again. */
export const MAX_CRASHES = 3;
/** A claim of "done" the harness refuted this often ends the task. */
export const MAX_REFUTATIONS = 3;
/** A task that was accepted without a limit of its own may ask for a code this often: who is asked too often stops reading. */
export const MAX_CONFIRMATIONS = 20;
/** For a task that was accepted without limits of its own for going round in circles. */
export const DEAD_ENDS = { nudgeAfter: 3, askAfter: 6 } as const;
/** Wrong codes per confirmation request. */
export const MAX_TRIES = 5;
/** A lease proves ownership this long without being renewed. */
export const LEASE_MS = 30_000;
