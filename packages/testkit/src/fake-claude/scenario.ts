// A scenario: what the model says, turn by turn, and what it wants to have heard first. The README is its manual.
import * as v from 'valibot';
import { Fault } from './fault.js';

/** `m` and `s`: ^ and $ hold at every line, and a dot may be a line break. */
const pattern = v.pipe(
  v.string(),
  v.rawTransform<string, RegExp>(({ dataset, addIssue, NEVER }) => {
    try {
      return new RegExp(dataset.value, 'ms');
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  }),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const Condition = v.strictObject({
  /** These three speak of one and the same tool result in the newest user message. */
  tool: v.optional(v.string()),
  tool_result: v.optional(pattern),
  is_error: v.optional(v.boolean()),
  /** Text beside the tool results in the newest user message. */
  user_text: v.optional(pattern),
  system: v.optional(pattern),
  /** Names among the tools the client offers. */
  tools: v.optional(v.array(v.string())),
});
export type Condition = v.InferOutput<typeof Condition>;

/** Sent with its fields in the order they are written in. */
export type RawBlock = { type: string; [field: string]: unknown };

const Call = v.strictObject({ name: v.string(), input: v.record(v.string(), v.unknown()), id: v.optional(v.string()) });
export const GivenUsage = v.partial(
  v.strictObject({ input_tokens: count, output_tokens: count, cache_creation_input_tokens: count, cache_read_input_tokens: count }),
);

const said = {
  /** Content blocks as they are, before everything else: thoughts, and types that nobody knows yet. */
  blocks: v.optional(v.array(v.custom<RawBlock>((value) => typeof value === 'object' && value !== null && 'type' in value)), []),
  text: v.optional(v.string()),
  calls: v.optional(v.array(Call), []),
  /** Any word: the API may learn new ones. */
  stop_reason: v.optional(v.pipe(v.string(), v.minLength(1))),
  stop_details: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  usage: v.optional(GivenUsage),
  delay_ms: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  fault: v.optional(Fault),
};
const Said = v.strictObject(said);
/** What the model says in one turn. */
export type Said = v.InferOutput<typeof Said>;
type SaidInput = v.InferInput<typeof Said>;
type ConditionInput = v.InferInput<typeof Condition>;
export type BranchInput = SaidInput & { when: ConditionInput; turns?: TurnInput[] | undefined };
/** A turn as it is written. */
export type TurnInput = SaidInput & {
  expect?: ConditionInput | ConditionInput[] | undefined;
  repeat?: number | undefined;
  branches?: BranchInput[] | undefined;
};
export type Branch = Said & { when: Condition; turns?: Turn[] | undefined };
export type Turn = Said & { expect: Condition[]; repeat: number; branches: Branch[] };

const oneOrMore = v.union([
  v.array(Condition),
  v.pipe(
    Condition,
    v.transform((condition) => [condition]),
  ),
]);
const Branch: v.GenericSchema<BranchInput, Branch> = v.strictObject({
  ...said,
  when: Condition,
  /** The turns after this one, in place of the conversation's. */
  turns: v.optional(v.lazy(() => v.array(Turn))),
});
const Turn: v.GenericSchema<TurnInput, Turn> = v.strictObject({
  ...said,
  expect: v.optional(oneOrMore, []),
  repeat: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  /** The first whose condition holds speaks in place of the turn. */
  branches: v.optional(v.array(Branch), []),
});

const Conversation = v.strictObject({
  name: v.string(),
  /** Tried on the system text and the first user message. */
  match: v.optional(pattern),
  turns: v.pipe(v.array(Turn), v.minLength(1, 'needs a turn')),
});
export type Conversation = v.InferOutput<typeof Conversation>;

const Model = v.union([
  v.pipe(
    v.string(),
    v.transform((id) => ({ id, lifecycle: 'active' as const, retires_at: null, max_input_tokens: 200_000 })),
  ),
  v.strictObject({
    id: v.string(),
    lifecycle: v.optional(v.picklist(['active', 'deprecated', 'retired']), 'active'),
    retires_at: v.optional(v.nullable(v.string()), null),
    max_input_tokens: v.optional(v.nullable(count), 200_000),
  }),
]);
export type Model = v.InferOutput<typeof Model>;

export const Scenario = v.pipe(
  v.strictObject({
    /** For the reader. */
    about: v.optional(v.string()),
    /** What the project holds when the story begins; `writeProjectFiles` lays it out, the server does not look at it. */
    project_files: v.optional(v.record(v.string(), v.string()), {}),
    /** The models there are; without it every name is answered. */
    models: v.optional(v.array(Model)),
    api_key: v.optional(v.string()),
    /** Prefixes shorter than this are not cached. */
    cache_min_tokens: v.optional(count, 1024),
    captures: v.optional(v.record(v.string(), pattern), {}),
    turns: v.optional(v.pipe(v.array(Turn), v.minLength(1, 'needs a turn'))),
    conversations: v.optional(v.pipe(v.array(Conversation), v.minLength(1, 'needs a conversation'))),
  }),
  v.check(({ turns, conversations }) => (turns === undefined) !== (conversations === undefined), 'give either turns or conversations'),
  v.transform(({ turns, conversations, ...rest }) => ({
    ...rest,
    conversations: conversations ?? [{ name: 'default', match: undefined, turns: turns ?? [] }],
  })),
);
export type Scenario = v.InferOutput<typeof Scenario>;
/** A scenario as it is written: plain data. */
export type ScenarioInput = v.InferInput<typeof Scenario>;
