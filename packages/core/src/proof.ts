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

/** The tests as they were before the task, run on what it made. */
export const Baseline = v.object({
  command: v.string(),
  exit_code: v.nullable(v.number()),
  passed: v.nullable(v.number()),
  failed: v.nullable(v.number()),
});
export type Baseline = v.InferOutput<typeof Baseline>;

export const Proof = v.object({
  verdict: v.picklist(['VERIFIED', 'UNVERIFIED', 'REFUTED']),
  checks: v.array(Check),
  /** Tests, and settings of their runner, that were there before the task and are not the same any more. */
  tests_changed: v.array(v.string()),
  /** How they say less than before, each as a sentence. */
  tests_weakened: v.optional(v.array(v.string())),
  /** Every test was written by the task itself. */
  tests_own: v.optional(v.boolean()),
  /** Only where tests were changed. */
  baseline: v.optional(v.array(Baseline)),
  /** Checks that could not be run here, each with why. */
  not_run: v.optional(v.array(v.string())),
  /** Why green checks are not believed. */
  doubts: v.optional(v.array(v.string())),
  diff: v.object({ files: v.number(), insertions: v.number(), deletions: v.number() }),
  /** The sentence a person reads: what was proved, and nothing beyond it. */
  sentence: v.string(),
});
export type Proof = v.InferOutput<typeof Proof>;

/** One sentence that can be said: what is proved, without commands and paths. */
export function spokenProof({ sentence, verdict }: Pick<Proof, 'sentence' | 'verdict'>): string {
  const first = /^.*?\.(?=\s|$)/.exec(sentence)?.[0] ?? sentence;
  const isPlain = !/[/\\&"'`<>|]/.test(first);
  return isPlain ? first : verdict === 'VERIFIED' ? 'Its tests passed.' : 'It could not be verified.';
}
