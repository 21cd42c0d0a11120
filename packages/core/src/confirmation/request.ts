// What is put to the owner while a task waits: a command that needs a code, or a question.
import * as v from 'valibot';

export const ConfirmationRequest = v.object({
  id: v.string(),
  callId: v.string(),
  /** The exact bytes the shell will get. */
  command: v.string(),
  cwd: v.string(),
  /** Computed by the safety rules; the model's own words stand apart in `agentSays`. */
  reason: v.string(),
  rule: v.string(),
  agentSays: v.string(),
  /** What the command gets beyond the sandbox, in words; empty when nothing. */
  access: v.array(v.string()),
  actionHash: v.string(),
  /** What else must be the same when it runs, each by a hash: the folder, files it names, variables. */
  bound: v.optional(v.record(v.string(), v.string())),
  /** What it would do, computed, in one line. */
  effect: v.optional(v.string()),
  /** Why it is asked for once more although there was a yes, or a request before it. */
  changed: v.optional(v.string()),
  /** Milliseconds since 1970. */
  askedAt: v.number(),
  expiresAt: v.number(),
  remindedAt: v.optional(v.number()),
});
export type ConfirmationRequest = v.InferOutput<typeof ConfirmationRequest>;

export const ConfirmationOutcome = v.picklist(['approved', 'denied', 'expired', 'locked']);
export type ConfirmationOutcome = v.InferOutput<typeof ConfirmationOutcome>;

export const Question = v.object({
  id: v.string(),
  callId: v.string(),
  text: v.string(),
  options: v.array(v.string()),
  /** What the agent goes on with when nobody answers. */
  default: v.optional(v.string()),
  /** Who asks when it is not the agent: the limit of what the task may cost, or the watch over going round in circles. */
  about: v.optional(v.picklist(['cost', 'dead_end'])),
  askedAt: v.number(),
  /** Null: it waits as long as it takes, with the task paused. */
  expiresAt: v.nullable(v.number()),
  remindedAt: v.optional(v.number()),
});
export type Question = v.InferOutput<typeof Question>;
