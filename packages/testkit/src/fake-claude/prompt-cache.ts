// Prompt cache accounting: which part of a request was seen before, from its cache marks and the bytes in front of them.
import { createHash } from 'node:crypto';
import type { CacheControl, MessagesRequest } from './request.js';

/** How many blocks in front of a mark are compared with what is stored. */
const LOOK_BACK = 20;
const TTL_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 };
const BYTES_PER_TOKEN = 4;

export type InputUsage = { uncached: number; read: number; written5m: number; written1h: number };
type Counted = Pick<MessagesRequest, 'model' | 'tools' | 'system' | 'messages' | 'cache_control'>;
type Piece = { text: string; mark: CacheControl | null };

export type PromptCache = {
  /** Accounts one request and stores its marked prefixes. */
  account(request: Counted): InputUsage;
};

export function countTokens(value: unknown): number {
  return Math.ceil(Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) / BYTES_PER_TOKEN);
}

export function countInputTokens(request: Counted): number {
  return piecesOf(request).reduce((sum, { text }) => sum + countTokens(text), 0);
}

/** `now` in milliseconds. */
export function createPromptCache(minTokens: number, now: () => number = Date.now): PromptCache {
  const expiry = new Map<string, number>();
  return {
    account(request) {
      const hash = createHash('sha256').update(request.model);
      let tokens = 0;
      const prefixes = piecesOf(request).map(({ text, mark }) => {
        tokens += countTokens(text);
        return { key: hash.update(text).copy().digest('hex'), tokens, mark };
      });
      const marked = prefixes.flatMap(({ mark, tokens: upTo }, index) =>
        mark === null || upTo < minTokens ? [] : [{ index, mark, upTo }],
      );

      const stored = (index: number) => (expiry.get(prefixes[index]?.key ?? '') ?? 0) > now();
      let read = 0;
      for (const { index } of marked) {
        for (let at = index; at >= 0 && at > index - LOOK_BACK; at--) {
          if (!stored(at)) continue;
          read = Math.max(read, prefixes[at]?.tokens ?? 0);
          break;
        }
      }

      const usage: InputUsage = { uncached: tokens - read, read, written5m: 0, written1h: 0 };
      let from = read;
      for (const { index, mark, upTo } of marked) {
        const ttl = mark.ttl ?? '5m';
        const written = Math.max(upTo - from, 0);
        usage[ttl === '1h' ? 'written1h' : 'written5m'] += written;
        usage.uncached -= written;
        from = Math.max(from, upTo);
        expiry.set(prefixes[index]?.key ?? '', now() + TTL_MS[ttl]);
      }
      return usage;
    },
  };
}

/** The request in the order the cache sees it: tools, system, messages. A top-level mark stands on the last piece. */
function piecesOf({ tools, system, messages, cache_control }: Counted): Piece[] {
  const piece = (where: string, block: { cache_control?: CacheControl | null | undefined }): Piece => {
    const { cache_control: mark, ...content } = block;
    return { text: where + JSON.stringify(content), mark: mark ?? null };
  };
  const pieces = [
    ...tools.map((tool) => piece('tool', tool)),
    ...system.map((block) => piece('system', block)),
    ...messages.flatMap(({ role, content }) => content.map((block) => piece(role, block))),
  ];
  const last = pieces.at(-1);
  if (last !== undefined && cache_control != null) last.mark = cache_control;
  return pieces;
}
