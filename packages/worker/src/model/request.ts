// The request every current model accepts: no sampling parameters, no forced tool, and cache marks that move with the conversation.
import type Anthropic from '@anthropic-ai/sdk';

export type ModelRequest = { model: string; system: string; tools: Anthropic.Tool[]; messages: Anthropic.MessageParam[] };

const MAX_TOKENS = 16_000;

/**
 * Three of the four cache marks: the system text (an hour, because a human may be waited for), the newest user message,
 * and the one before, left in place so that the look-back of 20 blocks always finds the last prefix.
 */
export function toParams({ model, system, tools, messages }: ModelRequest): Anthropic.MessageStreamParams {
  const users = messages.flatMap((message, index) => (message.role === 'user' ? [index] : []));
  const marked = new Set(users.slice(-2));
  return {
    model,
    max_tokens: MAX_TOKENS,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    tools,
    messages: messages.map((message, index) => (marked.has(index) ? withMark(message) : message)),
  };
}

function withMark(message: Anthropic.MessageParam): Anthropic.MessageParam {
  if (message.role !== 'user') return message;
  const blocks = typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : message.content;
  const last = blocks.at(-1);
  if (last === undefined || (last.type !== 'text' && last.type !== 'tool_result')) return message;
  return { ...message, content: [...blocks.slice(0, -1), { ...last, cache_control: { type: 'ephemeral' } }] };
}
