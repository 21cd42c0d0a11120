// A `fetch` for the SDK that tells of every byte that comes back: the SDK hides the service's pings, which are its only sign of life in long replies.
import type { IncomingHttpHeaders } from 'node:http';
import { exchange } from '@tars/core';

/** For what the SDK asks: a body that is text, and an answer that is read as it comes. */
export function heardFetch(onBytes: () => void): typeof fetch {
  return async (input, init = {}) => {
    const { method = 'GET', body, signal } = init;
    const headers = Object.fromEntries(new Headers(init.headers));
    const answer = await exchange(String(input), {
      method,
      headers,
      body: typeof body === 'string' ? body : '',
      signal: signal ?? new AbortController().signal,
    });
    onBytes();
    const { statusCode: status = 0 } = answer;
    const chunks = heard(answer, onBytes);
    const isOk = status >= 200 && status < 300;
    const response = new Response(isOk ? null : (await textOf(chunks)) || null, { status, headers: entriesOf(answer.headers) });
    // Read where it comes in: a web stream around it would cost as much as the rest of the request.
    if (isOk) Object.defineProperty(response, 'body', { value: chunks });
    return response;
  };
}

async function* heard(chunks: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes();
    yield chunk;
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const entriesOf = (headers: IncomingHttpHeaders): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
