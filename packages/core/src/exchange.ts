// One request over HTTP by the platform's older client: for what is sent many times a second, since `fetch` takes twice the processor time.
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';

export type Asking = { method: string; headers: Readonly<Record<string, string>>; body: string; signal: AbortSignal };

/**
 * The answer as it began, whatever its status; redirects are not followed. Its body must be read, resumed or destroyed. Rejects
 * with what Node says of a connection that fails, and with an `AbortError`; connections are kept as Node's global agent keeps them.
 */
export function exchange(url: string, { method, headers, body, signal }: Asking): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ask = new URL(url).protocol === 'https:' ? requestTls : request;
    const asked = ask(url, { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal });
    // The listener stays: what fails after the answer began is told by the answer.
    asked.on('response', resolve).on('error', reject);
    asked.end(body);
  });
}
