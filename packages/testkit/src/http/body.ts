// A request's body as text, up to a limit.
import type { IncomingMessage } from 'node:http';

/** The body, or null when it is larger than `maxBytes`. Rejects when the sender leaves before its end. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read on to the end: an answer in the middle of an upload would reach the sender as a broken connection.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}

/** The value a text holds as JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
