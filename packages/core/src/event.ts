// The event log's vocabulary: past-tense facts, and the only way a task changes.
import * as v from 'valibot';
import { Cancelled } from './cancelled.js';
import { Grant } from './confirmation/grant.js';
import { ConfirmationOutcome, ConfirmationRequest, Question } from './confirmation/request.js';
import { Limits } from './limits.js';
import { PauseReason } from './pause-reason.js';
import { Phase } from './phase.js';
import { Proof } from './proof.js';
import { Delivery, Repository } from './repository.js';
import { PlanStep, ProcessRef, WorkerRef } from './task.js';
import { UndoRefusal } from './undo.js';

/** Where an answer or a wish came from. */
export const Channel = v.picklist(['voice', 'discord', 'http', 'cli', 'worker']);
export type Channel = v.InferOutput<typeof Channel>;

export const Usage = v.object({
  input: v.number(),
  output: v.number(),
  cacheRead: v.number(),
  cacheWrite5m: v.number(),
  cacheWrite1h: v.number(),
});
export type Usage = v.InferOutput<typeof Usage>;

export const Purpose = v.picklist(['test', 'build', 'install', 'read', 'git', 'run', 'other']);
export type Purpose = v.InferOutput<typeof Purpose>;

const Counts = v.object({ passed: v.number(), failed: v.number() });

const fact = <const Type extends string, const Entries extends v.ObjectEntries>(type: Type, entries: Entries) =>
  v.object({
    type: v.literal(type),
    /** Milliseconds since 1970. */
    at: v.number(),
    /** Work time spent so far, stamped by the supervisor on everything the owner of the claim commits. */
    workedMs: v.optional(v.number()),
    /** The same for time without the model's service. */
    outageMs: v.optional(v.number()),
    ...entries,
  });

export const Event = v.variant('type', [
  fact('task.queued', {
    goal: v.string(),
    project: v.string(),
    sessionId: v.string(),
    owner: v.string(),
    pool: v.string(),
    verbose: v.boolean(),
    limits: Limits,
    /** In a worktree of its own. */
    isolate: v.optional(v.boolean()),
    /** In a clone of it. */
    repository: v.optional(v.object({ url: v.string(), ref: v.nullable(v.string()) })),
    /** Its place in the trace it was started in, as W3C writes it. */
    traceparent: v.optional(v.string()),
    channel: Channel,
  }),
  fact('task.claimed', { attempt: v.number(), worker: WorkerRef, afterCrash: v.boolean() }),
  fact('attempt.started', { model: v.string(), sandbox: v.string(), tree: v.array(ProcessRef) }),
  fact('task.released', { reason: v.string() }),
  fact('repository.cloned', { url: Repository.entries.url, commit: v.string() }),
  /** `url`: where the repository is. */
  fact('result.delivered', { url: Repository.entries.url, ...Delivery.entries }),

  fact('phase.entered', { phase: Phase, left: v.nullable(Phase), leftWell: v.boolean() }),
  fact('plan.updated', { steps: v.array(PlanStep) }),
  fact('turn.replied', { turn: v.number(), model: v.string(), usage: Usage, costMicros: v.nullable(v.number()), says: v.string() }),
  /** `confirmationId`: the yes it consumes, where one was needed. */
  fact('edit.intended', { callId: v.string(), path: v.string(), creates: v.boolean(), confirmationId: v.optional(v.string()) }),
  fact('edit.made', { callId: v.string(), path: v.string(), created: v.boolean(), words: v.string() }),
  fact('command.intended', {
    callId: v.string(),
    command: v.string(),
    reason: v.string(),
    purpose: Purpose,
    confirmationId: v.nullable(v.string()),
  }),
  fact('command.finished', {
    callId: v.string(),
    command: v.string(),
    purpose: Purpose,
    exitCode: v.nullable(v.number()),
    timedOut: v.boolean(),
    durationMs: v.number(),
    /** The end of what it printed, short enough for a message. */
    output: v.string(),
    counts: v.nullable(Counts),
  }),

  fact('tests.passed', { callId: v.string(), passed: v.number() }),

  fact('confirmation.requested', { confirmation: ConfirmationRequest }),
  fact('confirmation.reminded', { confirmationId: v.string() }),
  fact('confirmation.tried', { confirmationId: v.string(), triesLeft: v.number(), channel: Channel }),
  fact('confirmation.answered', {
    confirmationId: v.string(),
    outcome: ConfirmationOutcome,
    command: v.string(),
    grant: v.nullable(Grant),
    feedback: v.nullable(v.string()),
    channel: Channel,
  }),
  fact('question.asked', { question: Question }),
  fact('question.reminded', { questionId: v.string() }),
  /** `text`: null where nobody answered; `decided` is then what the agent had named for that case. */
  fact('question.answered', { questionId: v.string(), text: v.nullable(v.string()), decided: v.optional(v.string()), channel: Channel }),
  fact('notice.given', { notice: v.string(), text: v.string() }),
  fact('verbosity.changed', { verbose: v.boolean(), channel: Channel }),
  fact('claim.refuted', { proof: Proof }),
  /** The model was told to come to an end; `left` as it was put. */
  fact('limit.neared', { left: v.string() }),

  fact('message.told', { messageId: v.string(), text: v.string(), channel: Channel }),
  /** Part of the request of this turn from now on. */
  fact('message.seen', { messageIds: v.array(v.string()), turn: v.number() }),

  fact('pause.requested', { channel: Channel, reason: v.optional(PauseReason) }),
  /** `attempt`: the one that was paused, so that a claim made meanwhile is not paused behind its back. */
  fact('task.paused', { channel: Channel, attempt: v.number(), reason: v.optional(PauseReason) }),
  /** `raisedMicros`: so much more it may cost from now on. */
  fact('task.resumed', { channel: Channel, raisedMicros: v.optional(v.number()) }),
  /** A new chain of attempts with limits of its own. */
  fact('task.retried', { because: v.picklist(['retry', 'message']), limits: Limits, channel: Channel }),
  fact('cancel.requested', { channel: Channel }),
  /** `to`: null for before the task, `7` or `7.2` for before that turn or call, `redo` for before the last undo. */
  fact('undo.requested', { requestId: v.string(), to: v.nullable(v.string()), force: v.boolean(), channel: Channel }),
  /** How many files were put back and how many removed; `left` could be neither. */
  fact('task.undone', { requestId: v.string(), written: v.number(), removed: v.number(), left: v.array(v.string()) }),
  /** `paths`: what the owner has changed since. */
  fact('undo.refused', { requestId: v.string(), reason: UndoRefusal, paths: v.array(v.string()) }),
  fact('task.finished', {
    proof: Proof,
    summary: v.string(),
    filesChanged: v.array(v.string()),
    branch: v.nullable(v.string()),
    suggestedCommitMessage: v.nullable(v.string()),
  }),
  fact('task.failed', { reason: v.string(), message: v.string() }),
  fact('task.timed_out', { minutes: v.number() }),
  fact('task.cancelled', { channel: Channel, ...Cancelled.entries }),
]);
export type Event = v.InferOutput<typeof Event>;
export type EventType = Event['type'];
export type EventOf<Type extends EventType> = Extract<Event, { type: Type }>;

/** An event with its place in the task's log; sequences start at 1 and have no gaps. */
export type LoggedEvent = { taskId: string; seq: number; event: Event };
