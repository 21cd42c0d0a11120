// One message to n8n over HTTP: signed, with its bearer, and with what came back.
import type { IncomingMessage } from 'node:http';
import { exchange } from '@tars/core';
import { withDeadline } from '../deadline.js';
import { webhookHeaders } from './signature.js';

export type N8nAddress = {
  url: string;
  /** Signs every message. */
  secret: string | null;
  /** Sent as the bearer token. */
  token: string | null;
};

/** Whoever does not read an answer to its end has it thrown away after this long. */
const LINGER_MS = 1_000;

/** `read` is given the answer as it began; what it leaves of the body is thrown away. */
export async function sendToN8n<T>(
  { url, secret, token }: N8nAddress,
  { id, body, now }: { id: string; body: unknown; now: number },
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  const text = JSON.stringify(body);
  return withDeadline(signal, timeoutMs, async (limit) => {
    const answer = await exchange(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'tars-notifier',
        ...webhookHeaders(id, text, secret, now),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: text,
      signal: limit,
    });
    try {
      return await read(answer);
    } finally {
      throwAway(answer);
    }
  });
}

/** Read to its end the connection serves the next message as well. */
function throwAway(answer: IncomingMessage): void {
  if (answer.destroyed) return;
  const late = setTimeout(() => answer.destroy(), LINGER_MS);
  answer.once('close', () => clearTimeout(late)).resume();
}
