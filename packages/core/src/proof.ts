// What the harness itself ran and saw when the model said "done".
import * as v from 'valibot';

export const Check = v.object({
  command: v.string(),
  exit_code: v.nullable(v.number()),
  /** Test counts read from the runner's own words; null when it printed none. */
  passed: v.nullable(v.number()),
  failed: v.nullable(v.number()),
  duration_ms: v.number(),
});
export type Check = v.InferOutput<typeof Check>;

export const Proof = v.object({
  verdict: v.picklist(['VERIFIED', 'UNVERIFIED', 'REFUTED']),
  checks: v.array(Check),
  tests_changed: v.array(v.string()),
  diff: v.object({ files: v.number(), insertions: v.number(), deletions: v.number() }),
  /** The sentence a person reads: what was proved, and nothing beyond it. */
  sentence: v.string(),
});
export type Proof = v.InferOutput<typeof Proof>;
