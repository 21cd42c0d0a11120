// The parts of a Messages API request the fake looks at. Everything else in it passes unread.
import * as v from 'valibot';

const CacheControl = v.looseObject({ type: v.literal('ephemeral'), ttl: v.optional(v.picklist(['5m', '1h'])) });
export type CacheControl = v.InferOutput<typeof CacheControl>;

const marked = { cache_control: v.optional(v.nullable(CacheControl)) };
const Block = v.looseObject({ type: v.string(), ...marked });
export type Block = v.InferOutput<typeof Block>;

const blocks = v.union([
  v.pipe(
    v.string(),
    v.transform((text): Block[] => [{ type: 'text', text }]),
  ),
  v.array(Block),
]);

const Message = v.strictObject({ role: v.picklist(['user', 'assistant']), content: blocks });
export type Message = v.InferOutput<typeof Message>;

/** Neighbours of one role count as one message. */
function joined(messages: Message[]): Message[] {
  const turns: Message[] = [];
  for (const message of messages) {
    const before = turns.at(-1);
    if (before?.role === message.role) turns.splice(-1, 1, { role: before.role, content: [...before.content, ...message.content] });
    else turns.push(message);
  }
  return turns;
}

const Tool = v.looseObject({
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,128}$/, 'should be 1 to 128 letters, digits, _ or -')),
  input_schema: v.optional(v.looseObject({ type: v.literal('object') })),
  ...marked,
});

const counted = {
  model: v.string(),
  system: v.optional(blocks, []),
  messages: v.pipe(v.array(Message), v.minLength(1, 'at least one message is required'), v.transform(joined)),
  tools: v.optional(v.array(Tool), []),
  ...marked,
};
export const CountRequest = v.looseObject(counted);

/** Fields this API version knows and the fake has no use for. `temperature`, `top_p` and `top_k` are not among them any more. */
const KNOWN = [
  'container',
  'context_management',
  'diagnostics',
  'inference_geo',
  'metadata',
  'output_config',
  'service_tier',
  'speed',
  'stop_sequences',
  'thinking',
  'tool_choice',
  'user_profile_id',
  'workspace_id',
];

export const MessagesRequest = v.strictObject(
  {
    ...counted,
    max_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
    stream: v.optional(v.boolean(), false),
    ...Object.fromEntries(KNOWN.map((name) => [name, v.optional(v.unknown())])),
  },
  (issue) => (issue.expected === 'never' ? 'extra inputs are not permitted' : issue.message),
);
export type MessagesRequest = v.InferOutput<typeof CountRequest> & { max_tokens: number; stream: boolean };

export type ToolUse = { id: string; name: string };
export type ToolResult = { toolUseId: string; text: string; isError: boolean };

export function toolUses(message: Message): ToolUse[] {
  return message.content.flatMap((block) => (block.type === 'tool_use' ? [{ id: String(block.id), name: String(block.name) }] : []));
}

export function toolResults(message: Message): ToolResult[] {
  return message.content.flatMap((block) =>
    block.type === 'tool_result'
      ? [{ toolUseId: String(block.tool_use_id), text: textOf(block.content), isError: block.is_error === true }]
      : [],
  );
}

/** The words of a message's text blocks, without its tool results. */
export function wordsOf(content: readonly Block[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [String(block.text)] : [])).join('\n');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? wordsOf(content.filter((block): block is Block => typeof block?.type === 'string')) : '';
}
