// The task: the owner's goal and its life, as every surface reads it.
import * as v from 'valibot';
import { Cancelled } from './cancelled.js';
import { Grant } from './confirmation/grant.js';
import { ConfirmationRequest, Question } from './confirmation/request.js';
import { Limits } from './limits.js';
import { Message } from './message.js';
import { PauseReason } from './pause-reason.js';
import { Phase } from './phase.js';
import { Proof } from './proof.js';
import { Delivery, Repository } from './repository.js';
import { State } from './state.js';
import { Undo } from './undo.js';

export const PlanStep = v.object({ title: v.string(), status: v.picklist(['pending', 'active', 'done']) });
export type PlanStep = v.InferOutput<typeof PlanStep>;

/** A process by number and start time: the pair survives the reuse of numbers. */
export const ProcessRef = v.object({ pid: v.number(), startTime: v.string() });
export type ProcessRef = v.InferOutput<typeof ProcessRef>;

/** The process that holds (or, once its lease lapsed, held) the task, and the trees it started for it. */
export const WorkerRef = v.object({
  id: v.string(),
  host: v.string(),
  /** Within what process numbers mean the same: one boot of one machine, one namespace. Unknown in older records. */
  pidSpace: v.optional(v.string()),
  supervisor: ProcessRef,
  tree: v.array(ProcessRef),
});
export type WorkerRef = v.InferOutput<typeof WorkerRef>;

export const Task = v.object({
  id: v.string(),
  goal: v.string(),
  project: v.string(),
  sessionId: v.string(),
  owner: v.string(),
  pool: v.string(),
  verbose: v.boolean(),
  limits: Limits,
  /** It works in a worktree of its own, on the branch `tars/<id>`; the project's folder stays as it is. */
  isolate: v.optional(v.boolean(), false),
  /** Its project is a repository elsewhere: it works in a clone of its own. */
  repository: v.optional(v.nullable(Repository), null),

  /** The trace it was started in. */
  traceparent: v.optional(v.nullable(v.string()), null),

  state: State,
  phase: Phase,
  /** The last thing worth telling, in one line. */
  progress: v.string(),
  plan: v.array(PlanStep),
  /** The most of its plans that was ever done, in percent: a plan that grows takes nothing back. */
  percentReached: v.optional(v.number(), 0),

  attempt: v.number(),
  crashes: v.number(),
  turns: v.number(),
  workedMs: v.number(),
  /** For how long of this chain of attempts the model's service was waited for. */
  outageMs: v.optional(v.number(), 0),
  /** The owner knows of an outage, and not yet of its end. */
  outageTold: v.optional(v.boolean(), false),
  /** The model was told that its limits are near. */
  limitNear: v.optional(v.boolean(), false),
  /** Null once a reply came from a model without a known price. */
  costMicros: v.nullable(v.number()),
  /** How much more than its limit it may cost, because its owner let it go on. */
  costRaisedMicros: v.optional(v.number(), 0),
  model: v.nullable(v.string()),
  sandbox: v.nullable(v.string()),
  worker: v.nullable(WorkerRef),
  /** The machine it was worked on last: there its snapshots are. */
  host: v.optional(v.nullable(v.string()), null),

  /** What waits for a human: at most one of the two is set. */
  confirmation: v.nullable(ConfirmationRequest),
  question: v.nullable(Question),
  /** How often a code was asked for. */
  asks: v.optional(v.number(), 0),
  /** A yes that no command has consumed yet. */
  grant: v.nullable(Grant),
  cancelRequested: v.boolean(),
  /** The owner wants it paused; its worker has not yet come to a place between two calls. */
  pauseRequested: v.optional(v.boolean(), false),
  pausedAt: v.optional(v.nullable(v.number()), null),
  /** Why it paused, or is about to, when it was not its owner's wish. */
  pauseReason: v.optional(v.nullable(PauseReason), null),
  /** What the owner has told it and the model has not read yet, in order. */
  messages: v.optional(v.array(Message), []),

  refutations: v.number(),
  proof: v.nullable(Proof),
  summary: v.nullable(v.string()),
  filesChanged: v.array(v.string()),
  branch: v.nullable(v.string()),
  suggestedCommitMessage: v.nullable(v.string()),
  /** What its cancel left; null unless it was cancelled. */
  cancelled: v.optional(v.nullable(Cancelled), null),
  /** How the work in a clone was handed over. */
  delivery: v.optional(v.nullable(Delivery), null),
  failure: v.nullable(v.object({ reason: v.string(), message: v.string() })),
  /** The latest wish to undo, if there was one. */
  undo: v.optional(v.nullable(Undo), null),

  /** Milliseconds since 1970. */
  createdAt: v.number(),
  startedAt: v.nullable(v.number()),
  endedAt: v.nullable(v.number()),
  updatedAt: v.number(),
});
export type Task = v.InferOutput<typeof Task>;

/** 0–99 from the plan's finished steps, never less than it was; 100 once finished, null while there is no plan. */
export function percentDone(task: Pick<Task, 'plan' | 'state' | 'percentReached'>): number | null {
  if (task.state === 'finished') return 100;
  return task.plan.length === 0 ? null : Math.max(task.percentReached, percentOf(task.plan));
}

export function percentOf(plan: readonly PlanStep[]): number {
  const weight = plan.reduce((sum, step) => sum + (step.status === 'done' ? 1 : step.status === 'active' ? 0.5 : 0), 0);
  return plan.length === 0 ? 0 : Math.min(99, Math.round((100 * weight) / plan.length));
}
