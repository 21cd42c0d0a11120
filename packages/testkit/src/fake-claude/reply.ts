// The model's message: what the scenario says, with ids that stay the same when a request is repeated, and usage.
import type { Place } from './place.js';
import type { Fill } from './placeholders.js';
import { countTokens, type InputUsage } from './prompt-cache.js';
import type { RawBlock, Said } from './scenario.js';

/** The types that are taken to pieces are listed first. */
export type ReplyBlock =
  | { type: 'text'; text: string; citations: null }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown>; caller: { type: 'direct' } }
  | RawBlock;
export type Usage = ReturnType<typeof usageOf>;
export type Reply = {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: ReplyBlock[];
  stop_reason: NonNullable<Said['stop_reason']>;
  stop_sequence: null;
  stop_details: Said['stop_details'];
  container: null;
  diagnostics: null;
  usage: Usage;
};

export function replyOf({ key, said }: Place, model: string, fill: Fill, input: InputUsage): Reply {
  const content: ReplyBlock[] = [
    ...said.blocks,
    ...(said.text === undefined ? [] : [{ type: 'text' as const, text: fill(said.text), citations: null }]),
    ...said.calls.map((call, n) => ({
      type: 'tool_use' as const,
      id: call.id === undefined ? `toolu_${key}_${n + 1}` : fill(call.id),
      name: call.name,
      input: fill(call.input),
      caller: { type: 'direct' as const },
    })),
  ];
  return {
    id: `msg_${key}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: said.stop_reason ?? (said.calls.length > 0 ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    stop_details: said.stop_details,
    container: null,
    diagnostics: null,
    usage: usageOf(input, countTokens(content), said.usage ?? {}),
  };
}

/** Given numbers win over counted ones. */
function usageOf(input: InputUsage, outputTokens: number, given: NonNullable<Said['usage']>) {
  const written = given.cache_creation_input_tokens;
  return {
    input_tokens: given.input_tokens ?? input.uncached,
    output_tokens: given.output_tokens ?? outputTokens,
    cache_creation_input_tokens: written ?? input.written5m + input.written1h,
    cache_read_input_tokens: given.cache_read_input_tokens ?? input.read,
    cache_creation: {
      ephemeral_5m_input_tokens: written ?? input.written5m,
      ephemeral_1h_input_tokens: written === undefined ? input.written1h : 0,
    },
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: null,
  };
}
