// What the API answers: its statuses, its error codes, and its word on how often one may ask.
import type { Taken } from './rate-limit.js';

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const GONE: Answer = { status: 204, body: null };

const fault = (status: number, code: number, message: string): Answer => ({ status, body: { message, code } });
export const UNKNOWN_MESSAGE = fault(404, 10008, 'Unknown Message');
export const UNKNOWN_CHANNEL = fault(404, 10003, 'Unknown Channel');
export const UNKNOWN_WEBHOOK = fault(404, 10015, 'Unknown Webhook');
export const UNAUTHORIZED = fault(401, 0, '401: Unauthorized');
export const NOT_FOUND = fault(404, 0, '404: Not Found');
export const NOT_ALLOWED = fault(405, 0, '405: Method Not Allowed');
export const EMPTY = fault(400, 50006, 'Cannot send an empty message');
export const NOT_YOURS = fault(403, 50005, 'Cannot edit a message authored by another user');
export const NEEDS_THREAD = fault(400, 220001, 'Webhooks posted to forum channels must have a thread_name or thread_id');
export const NO_FORUM = fault(400, 220003, 'Webhooks can only create threads in forum channels');

const limitHeaders = ({ limit, remaining, resetAfterMs }: Taken): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset-after': String(Math.max(0, resetAfterMs) / 1_000),
  'x-ratelimit-bucket': 'fake',
});

export const withLimits = (answer: Answer, taken: Taken): Answer => ({ ...answer, headers: limitHeaders(taken) });

export function tooMany(taken: Taken): Answer {
  const seconds = taken.waitMs / 1_000;
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: false },
    headers: {
      ...limitHeaders({ ...taken, remaining: 0, resetAfterMs: taken.waitMs }),
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': 'user',
    },
  };
}

/** As a fault asks for it. */
export const scripted = (status: number, retryAfter: number | undefined): Answer => ({
  status,
  body:
    status === 429
      ? { message: 'You are being rate limited.', retry_after: retryAfter ?? 1, global: false }
      : { message: `Scripted status ${status}`, code: 0 },
  ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(retryAfter)) } }),
});
