// Discord's webhook over HTTP: posts and changes messages, and reads out of every answer what it means for us.
import type { Logger } from '@tars/core/log';
import type { Outcome } from '../channel.js';
import { withDeadline } from '../deadline.js';
import { retryAfterMs } from '../retry-after.js';
import type { Budget, Urgency } from './budget.js';
import type { DiscordMessage } from './message.js';

export type Sent =
  | { kind: 'sent'; messageId: string; channelId: string }
  /** The message, or the thread it stood in, was deleted. */
  | { kind: 'gone' }
  /** The channel is a forum, or is none, other than it was taken for. */
  | { kind: 'forum' | 'no_forum' }
  | Extract<Outcome, { kind: 'refused' | 'later' }>;

export type Place = { threadId?: string | undefined; threadName?: string | undefined };
export type Webhook = ReturnType<typeof createWebhook>;

const UNKNOWN_CHANNEL = 10003;
const UNKNOWN_MESSAGE = 10008;
const FORUM_WANTS_THREAD = 220001;
const NO_FORUM = 220003;
/** One who asks for more is asked again all the same. */
const MAX_HOLD_MS = 10 * 60_000;

export type WebhookOptions = { url: string; budget: Budget; logger: Logger; clock: () => number; timeoutMs: number };

export function createWebhook({ url, budget, logger, clock, timeoutMs }: WebhookOptions) {
  const at = (path: string, { threadId }: Place, query: Record<string, string> = {}): URL => {
    const address = new URL(url);
    address.pathname = `${address.pathname.replace(/\/$/, '')}${path}`;
    // An address may name a thread for everything.
    if (threadId !== undefined) address.searchParams.set('thread_id', threadId);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address;
  };

  const send = async (method: 'POST' | 'PATCH', address: URL, body: unknown, urgency: Urgency, signal: AbortSignal): Promise<Sent> => {
    const waitMs = budget.waitMs(urgency);
    if (waitMs > 0) return { kind: 'later', afterMs: waitMs };
    budget.spend();
    try {
      return await withDeadline(signal, timeoutMs, async (limit) => {
        const response = await fetch(address, {
          method,
          headers: { 'content-type': 'application/json', 'user-agent': 'tars-notifier' },
          body: JSON.stringify(body),
          redirect: 'manual',
          signal: limit,
        });
        return read(response, await response.json().catch(() => null));
      });
    } catch (error) {
      if (!signal.aborted) logger.warn('Discord cannot be reached; the update waits', { error });
      return { kind: 'later' };
    }
  };

  const read = (response: Response, body: unknown): Sent => {
    const { ok, status, headers } = response;
    if (headers.get('x-ratelimit-remaining') === '0') budget.hold(seconds(headers.get('x-ratelimit-reset-after')) ?? 0);
    if (ok) return { kind: 'sent', messageId: textIn(body, 'id'), channelId: textIn(body, 'channel_id') };
    if (status === 429) {
      const afterMs = Math.min(
        MAX_HOLD_MS,
        seconds(valueIn(body, 'retry_after')) ?? retryAfterMs(headers.get('retry-after'), clock()) ?? 1_000,
      );
      budget.hold(afterMs);
      logger.warn('Discord wants fewer messages; the update waits', { wait_ms: afterMs });
      return { kind: 'later', afterMs };
    }
    if (status === 408 || status >= 500) {
      logger.warn('Discord does not take updates right now', { status });
      return { kind: 'later' };
    }
    const code = valueIn(body, 'code');
    if (code === UNKNOWN_MESSAGE || code === UNKNOWN_CHANNEL) return { kind: 'gone' };
    if (code === FORUM_WANTS_THREAD) return { kind: 'forum' };
    if (code === NO_FORUM) return { kind: 'no_forum' };
    logger.warn('Discord refuses a message', { status, code });
    return { kind: 'refused', status };
  };

  return {
    post: (message: DiscordMessage, place: Place, urgency: Urgency, signal: AbortSignal): Promise<Sent> => {
      const body = place.threadName === undefined ? message : { ...message, thread_name: place.threadName };
      return send('POST', at('', place, { wait: 'true' }), body, urgency, signal);
    },
    edit: (messageId: string, change: Partial<DiscordMessage>, place: Place, urgency: Urgency, signal: AbortSignal): Promise<Sent> =>
      send('PATCH', at(`/messages/${messageId}`, place), change, urgency, signal),
  };
}

const valueIn = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
const textIn = (body: unknown, name: string): string => String(valueIn(body, name) ?? '');

/** In milliseconds, rounded up. */
const seconds = (value: unknown): number | undefined => {
  const number = value === null || value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? Math.ceil(number * 1_000) : undefined;
};
