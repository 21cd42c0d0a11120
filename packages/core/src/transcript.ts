// The transcript's kinds of record: what resume rebuilds the model's messages from, byte for byte.
import * as v from 'valibot';

/** As it came, the order of its fields included: a schema of its own would put `type` first. */
const Block = v.custom<{ type: string; [field: string]: unknown }>(
  (value) => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string',
);

export const TranscriptRecord = v.variant('kind', [
  /** One model reply, its content blocks verbatim (thinking signatures and unknown blocks included). */
  v.object({
    kind: v.literal('reply'),
    turn: v.number(),
    content: v.array(Block),
    stopReason: v.string(),
    /** The size of the conversation up to its end, as the service counted it. */
    tokens: v.optional(v.number()),
    /** Why the model declines to go on, where the service says so. */
    declined: v.optional(v.string()),
  }),
  /** Stored before the effect; `before`/`after` are content hashes of the edited file (null: no file). */
  v.object({
    kind: v.literal('intent'),
    turn: v.number(),
    callId: v.string(),
    tool: v.string(),
    effect: v.picklist(['read', 'edit', 'command', 'record']),
    path: v.optional(v.string()),
    before: v.optional(v.nullable(v.string())),
    after: v.optional(v.string()),
  }),
  v.object({ kind: v.literal('result'), turn: v.number(), callId: v.string(), text: v.string(), isError: v.boolean() }),
  /** What the harness tells the model between turns: the goal, a refutation, time left, an owner's message. */
  v.object({
    kind: v.literal('note'),
    turn: v.number(),
    text: v.string(),
    /** The owner's message that this is; `turn` is then the one that reads it. */
    messageId: v.optional(v.string()),
    /** It is about going round in circles: the model was told, or its owner was asked. */
    deadEnd: v.optional(v.object({ key: v.string(), step: v.picklist(['nudged', 'asked']) })),
  }),
  /** From here on the results among the first `upTo` records are sent without their texts, and the replies before this record without their thoughts. */
  v.object({ kind: v.literal('cleared'), turn: v.number(), upTo: v.number() }),
  /** From here on this text is sent in place of the first `upTo` records, the very first (the goal) excepted. */
  v.object({ kind: v.literal('summary'), turn: v.number(), upTo: v.number(), text: v.string() }),
]);
export type TranscriptRecord = v.InferOutput<typeof TranscriptRecord>;
export type RecordOf<Kind extends TranscriptRecord['kind']> = Extract<TranscriptRecord, { kind: Kind }>;

/** The calls of the last reply that have no result yet, in the model's order. */
export function openCallIds(transcript: readonly TranscriptRecord[]): string[] {
  const last = transcript.findLastIndex((record) => record.kind === 'reply');
  const reply = transcript[last];
  if (reply?.kind !== 'reply') return [];
  const answered = new Set(transcript.slice(last + 1).flatMap((record) => (record.kind === 'result' ? [record.callId] : [])));
  return reply.content.flatMap((block) => (block.type === 'tool_use' && !answered.has(String(block.id)) ? [String(block.id)] : []));
}
