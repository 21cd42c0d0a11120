// What the api answers, as schemas: the shapes that `core` makes for every outer edge, written down for those who read them.
import { Channel, ConfirmationOutcome, Phase, PlanStep, Proof, State, UndoRefusal } from '@tars/core';
import * as v from 'valibot';

const time = v.pipe(v.string(), v.description('ISO 8601, in UTC.'));
const maybe = <const Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);
const says = (description: string) => v.pipe(v.string(), v.description(description));

const Confirmation = v.strictObject({
  confirmation_id: v.string(),
  command: says('The exact bytes that would run.'),
  cwd: v.string(),
  reason: says('Why it asks, by the rules of safety.'),
  agent_says: says("The model's own words."),
  access: v.pipe(v.array(v.string()), v.description('What it gets beyond the sandbox.')),
  shown: says('The command as people may read it: on one line, with everything unseen or disguised marked.'),
  effect: maybe(v.string()),
  changed: maybe(v.string()),
  bound: v.record(v.string(), v.string()),
  expires_at: time,
});

const Question = v.looseObject({ question_id: v.string(), text: v.string(), options: v.array(v.string()), expires_at: maybe(time) });

const Repository = v.strictObject({
  url: v.string(),
  ref: maybe(v.string()),
  commit: v.pipe(v.nullable(v.string()), v.description('What the work began at; null before it was cloned.')),
});

const Delivery = v.strictObject({
  finished: v.pipe(v.boolean(), v.description('False: it is what there was when the task ended otherwise.')),
  branch: v.string(),
  commit: v.string(),
  commits: v.number(),
  bundle: v.pipe(
    v.picklist(['record', 'host', 'none']),
    v.description('record: GET …/bundle has it. host: it is too large and lies at bundle_at. none: nothing was changed.'),
  ),
  bundle_bytes: v.number(),
  bundle_at: maybe(v.string()),
  pushed: v.boolean(),
  push_refused: maybe(v.string()),
});

const Undo = v.strictObject({
  request_id: v.string(),
  to: maybe(v.string()),
  force: v.boolean(),
  requested_at: time,
  outcome: maybe(
    v.union([
      v.object({ kind: v.literal('done'), written: v.number(), removed: v.number(), left: v.array(v.string()) }),
      v.object({ kind: v.literal('refused'), reason: UndoRefusal, paths: v.array(v.string()) }),
    ]),
  ),
});

export const Task = v.strictObject({
  task_id: v.string(),
  status: State,
  phase: Phase,
  progress: says('The last thing worth telling, in one line.'),
  percent: v.pipe(v.nullable(v.number()), v.description('From the plan; null while there is none.')),
  goal: v.string(),
  project: v.string(),
  isolated: v.boolean(),
  repository: maybe(Repository),
  session_id: v.string(),
  owner: v.string(),
  pool: v.string(),
  awaiting_confirmation: v.boolean(),
  confirmation_command: maybe(v.string()),
  confirmation: maybe(Confirmation),
  question: maybe(Question),
  pause_requested: v.boolean(),
  pause_reason: maybe(v.string()),
  unread_messages: v.number(),
  plan: v.array(PlanStep),
  attempts: v.number(),
  crashes: v.number(),
  turns: v.number(),
  max_turns: v.number(),
  worked_seconds: v.number(),
  cost_usd: v.pipe(v.nullable(v.number()), v.description('At list price; null once a model without a known price replied.')),
  max_cost_usd: v.number(),
  model: maybe(v.string()),
  sandbox: maybe(v.string()),
  proof: maybe(Proof),
  summary: maybe(v.string()),
  files_changed: v.array(v.string()),
  branch: maybe(v.string()),
  suggested_commit_message: maybe(v.string()),
  delivery: maybe(Delivery),
  failure: maybe(v.object({ reason: v.string(), message: v.string() })),
  undo: maybe(Undo),
  created_at: time,
  started_at: maybe(time),
  ended_at: maybe(time),
  updated_at: time,
});

/** The answer to a start has a sentence as well. */
export const StartedTask = v.strictObject({ ...Task.entries, message: v.string() });

export const Event = v.strictObject({
  task_id: v.string(),
  sequence: v.number(),
  type: v.string(),
  message: v.pipe(v.nullable(v.string()), v.description('What people read; null where it is of no interest to them.')),
  timestamp: time,
});

export const Refusal = v.looseObject({
  status: v.literal('error'),
  reason: says('A machine word: unauthorized, bad_body, unknown_task, wrong_code, …'),
  message: says('A sentence for people, fit to be posted back.'),
});

export const Accepted = v.looseObject({ status: v.string(), message: v.string(), task_id: v.optional(v.string()) });

export const TranscriptRecord = v.looseObject({
  kind: v.picklist(['reply', 'intent', 'result', 'note', 'cleared', 'summary']),
  turn: v.number(),
});

export const Diff = v.strictObject({
  task_id: v.string(),
  as_of: v.pipe(v.nullable(v.string()), v.description('Null while nothing is known.')),
  files: v.array(
    v.object({
      path: v.string(),
      status: v.picklist(['added', 'changed', 'deleted']),
      insertions: v.number(),
      deletions: v.number(),
      binary: v.boolean(),
    }),
  ),
  insertions: v.number(),
  deletions: v.number(),
  patch: v.string(),
  truncated: v.boolean(),
  left_out: v.array(v.object({ path: v.string(), why: v.string() })),
});

export const AuditEntry = v.looseObject({
  at: time,
  task_id: maybe(v.string()),
  session_id: maybe(v.string()),
  operation: v.string(),
  outcome: says(`A machine word, such as accepted, wrong_code, ${ConfirmationOutcome.options.join(', ')}.`),
  who: v.string(),
  channel: Channel,
  about: maybe(v.string()),
});
