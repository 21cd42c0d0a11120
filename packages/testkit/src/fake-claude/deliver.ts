// Sending an answer, whole or damaged as a fault says.
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, errorBody } from './api-error.js';
import type { Fault } from './fault.js';
import type { Reply } from './reply.js';
import { type StreamEvent, streamOf } from './stream-events.js';

/** `gone` is aborted when the client leaves. */
export type Outlet = { response: ServerResponse; gone: AbortSignal };

/** A plain JSON answer. Where a stream would break in the middle, this breaks in the middle of its body. */
export async function deliverJson({ response, gone }: Outlet, body: unknown, fault: Fault | null): Promise<void> {
  if (fault?.kind === 'slow') await pause(fault.pace_ms, gone);
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  if (fault === null || fault.kind === 'slow') {
    response.end(bytes);
    return;
  }
  await written(response, bytes.subarray(0, Math.floor(bytes.length / 2)));
  if (fault.kind !== 'stall') response.destroy();
}

/** A reply as server-sent events. */
export async function deliverStream({ response, gone }: Outlet, reply: Reply, fault: Fault | null): Promise<void> {
  const { events, middle } = streamOf(reply);
  const breaks = fault !== null && fault.kind !== 'slow';
  const sent = breaks ? events.slice(0, fault.kind === 'no_message_stop' ? -1 : middle) : events;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  for (const event of sent) {
    if (fault?.kind === 'slow') await pause(fault.pace_ms, gone);
    if (gone.aborted) return;
    await written(response, sse(event));
  }
  switch (fault?.kind) {
    case 'stall':
      return;
    case 'cut':
      response.destroy();
      return;
    case 'error_event':
      response.end(sse(errorBody(new ApiError(529, fault.message ?? 'Overloaded', fault.error_type))));
      return;
    default:
      response.end();
  }
}

/** Faults that leave no answer to damage; true when this was one. */
export function strike({ response }: Outlet, fault: Fault | null, refuseFor: (ms: number) => void): boolean {
  switch (fault?.kind) {
    case 'hang':
      return true;
    case 'refuse':
      response.destroy();
      refuseFor(fault.for_ms);
      return true;
    case 'status': {
      const { status, message = `Scripted status ${status}`, error_type, retry_after } = fault;
      const headers = retry_after === undefined ? {} : { 'retry-after': String(retry_after) };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(errorBody(new ApiError(status, message, error_type))));
      return true;
    }
    default:
      return false;
  }
}

/** Ends early when the client leaves. */
export async function pause(ms: number, gone: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: gone }).catch(() => {});
}

const sse = (event: StreamEvent | ReturnType<typeof errorBody>) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Resolves when the bytes are handed to the system, so that a break right after does not swallow them. */
function written(response: ServerResponse, chunk: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => resolve());
  });
}
