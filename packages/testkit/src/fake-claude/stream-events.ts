// A reply as the events it is streamed in.
import type { Reply, ReplyBlock } from './reply.js';

export type StreamEvent = { type: string } & Record<string, unknown>;
export type Streamed = {
  events: StreamEvent[];
  /** The event at which a broken reply breaks: within the last block, so within a tool call when there is one. */
  middle: number;
};

const PIECES = 8;
const MIN_PIECE = 12;

export function streamOf(reply: Reply): Streamed {
  const { content, stop_reason, stop_sequence, stop_details, container, usage } = reply;
  const events: StreamEvent[] = [
    { type: 'message_start', message: { ...reply, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
    { type: 'ping' },
  ];
  let middle = events.length;
  for (const [index, block] of content.entries()) {
    const isLast = index === content.length - 1;
    const deltas = deltasOf(block, isLast && stop_reason === 'max_tokens');
    events.push({ type: 'content_block_start', index, content_block: emptied(block) });
    middle = events.length + Math.ceil(deltas.length / 2);
    events.push(...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })), { type: 'content_block_stop', index });
  }
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage;
  events.push(
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence, stop_details, container },
      usage: {
        input_tokens,
        output_tokens,
        cache_creation_input_tokens,
        cache_read_input_tokens,
        output_tokens_details: null,
        server_tool_use: null,
      },
    },
    { type: 'message_stop' },
  );
  return { events, middle };
}

function emptied(block: ReplyBlock): ReplyBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text: '' };
    case 'tool_use':
      return { ...block, input: {} };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    default:
      return block;
  }
}

/** A reply that ran into `max_tokens` ends in the middle of its last tool call. */
function deltasOf(block: ReplyBlock, isCutShort: boolean): Record<string, unknown>[] {
  if (block.type === 'text') return pieces(String(block.text)).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking') {
    const thoughts = pieces(String(block.thinking)).map((thinking) => ({ type: 'thinking_delta', thinking }));
    return [...thoughts, { type: 'signature_delta', signature: block.signature }];
  }
  // Nobody knows how others would be taken to pieces.
  if (block.type !== 'tool_use') return [];
  const json = pieces(JSON.stringify(block.input));
  const sent = isCutShort ? json.slice(0, Math.floor(json.length / 2)) : json;
  return ['', ...sent].map((partial_json) => ({ type: 'input_json_delta', partial_json }));
}

function pieces(text: string): string[] {
  const characters = Array.from(text);
  const size = Math.max(MIN_PIECE, Math.ceil(characters.length / PIECES));
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, n) => characters.slice(n * size, (n + 1) * size).join(''));
}
