// One message to n8n over HTTP: signed, with its bearer, and with what came back.
import { withDeadline } from '../deadline.js';
import { webhookHeaders } from './signature.js';

export type N8nAddress = {
  url: string;
  /** Signs every message. */
  secret: string | null;
  /** Sent as the bearer token. */
  token: string | null;
};

/** The answer as it began; its body is `read` before the connection is given back, or thrown away. */
export async function sendToN8n<T>(
  { url, secret, token }: N8nAddress,
  { id, body, now }: { id: string; body: unknown; now: number },
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const text = JSON.stringify(body);
  return withDeadline(signal, timeoutMs, async (limit) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'tars-notifier',
        ...webhookHeaders(id, text, secret, now),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: text,
      // A redirected POST would arrive as a GET without its body.
      redirect: 'manual',
      signal: limit,
    });
    try {
      return await read(response);
    } finally {
      if (!response.bodyUsed) await response.body?.cancel();
    }
  });
}
