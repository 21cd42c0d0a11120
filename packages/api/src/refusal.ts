// The one shape of every refusal: a status, a word for programs, a sentence for people; never what was sent.
import { UNAVAILABLE } from '@tars/core';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type Refusal = {
  ok: false;
  status: ContentfulStatusCode;
  reason: string;
  /** Says what to do next, fit to be posted back to whoever asked. */
  message: string;
  /** Further facts a program may want, such as `tries_left`. */
  more?: Readonly<Record<string, unknown>>;
  /** Whole seconds after which another try may fare better. */
  retryAfter?: number;
};

export const refusal = (
  status: ContentfulStatusCode,
  reason: string,
  message: string,
  more?: Refusal['more'],
  retryAfter?: number,
): Refusal => ({
  ok: false,
  status,
  reason,
  message,
  ...(more === undefined ? {} : { more }),
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

export const UNKNOWN_TASK = refusal(404, 'unknown_task', 'Task not found, sir.');

/** Holds what the voice functions answer as well, so that their callers can say it. */
export const unavailable = (): Refusal => refusal(503, 'unavailable', UNAVAILABLE.text, UNAVAILABLE, 2);

export const tooMany = (retryAfter: number): Refusal =>
  refusal(429, 'too_many_requests', 'Too many requests. Try again in a moment.', undefined, retryAfter);

export function refuse(c: Context, { status, reason, message, more, retryAfter }: Refusal): Response {
  const headers: Record<string, string> = {
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  };
  return c.json({ status: 'error', reason, message, ...more }, status, headers);
}
