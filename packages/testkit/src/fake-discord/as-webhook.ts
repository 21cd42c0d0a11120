// The webhook's half of the API: it posts, and changes what it has posted.
import {
  type Answer,
  GONE,
  NEEDS_THREAD,
  NO_FORUM,
  NOT_ALLOWED,
  ok,
  tooMany,
  UNKNOWN_CHANNEL,
  UNKNOWN_MESSAGE,
  UNKNOWN_WEBHOOK,
  withLimits,
} from './answer.js';
import type { Author, Board } from './board.js';
import { readForm } from './form.js';
import { FAKE_DISCORD } from './ids.js';
import { createRateLimit, WEBHOOK_WINDOWS } from './rate-limit.js';
import { changePost, removePost, writePost } from './write.js';

const { channelId, webhookId, webhookToken, applicationId } = FAKE_DISCORD;
const WEBHOOK: Author = { id: webhookId, username: 'TARS', bot: true };

export type Asked = { method: string; rest: readonly string[]; query: URLSearchParams; body: unknown };
export type Kind = { isForum: boolean; isApplicationOwned: boolean; clock: () => number };

export function createWebhookSide(board: Board, { isForum, isApplicationOwned, clock }: Kind): (asked: Asked) => Answer {
  const take = createRateLimit(WEBHOOK_WINDOWS, clock);

  const execute = (query: URLSearchParams, body: unknown): Answer => {
    const threadId = query.get('thread_id');
    const name = typeof body === 'object' && body !== null && 'thread_name' in body ? body.thread_name : undefined;
    if (threadId !== null && board.threads.get(threadId)?.parent !== channelId) return UNKNOWN_CHANNEL;
    if (threadId === null && isForum && typeof name !== 'string') return NEEDS_THREAD;
    if (!isForum && name !== undefined) return NO_FORUM;
    const read = readForm(body);
    if (!read.ok) return { status: 400, body: read.error };
    const opened = threadId === null && isForum ? board.openThread(channelId, String(name)) : null;
    const place = { channel: opened ?? threadId ?? channelId, ...(opened === null ? {} : { id: opened }) };
    const answer = writePost(board, body, { ...place, author: WEBHOOK, webhookId, withButtons: isApplicationOwned });
    return answer.status === 200 && query.get('wait') !== 'true' ? GONE : answer;
  };

  return ({ method, rest, query, body }) => {
    const [id, token, messages, messageId = ''] = rest;
    if (id !== webhookId || token !== webhookToken) return UNKNOWN_WEBHOOK;
    if (messages === undefined && method === 'GET')
      return ok({ id, type: 1, channel_id: channelId, application_id: isApplicationOwned ? applicationId : null, name: 'TARS', token });
    const taken = take(webhookId);
    if (taken.waitMs > 0) return tooMany(taken);
    const answer = (): Answer => {
      if (messages === undefined) return method === 'POST' ? execute(query, body) : NOT_ALLOWED;
      // A message in a thread is found only there.
      const post = board.find(query.get('thread_id') ?? channelId, messageId);
      if (method === 'GET') return post === undefined ? UNKNOWN_MESSAGE : ok(post.message);
      if (method === 'PATCH') return changePost(board, post, body, isApplicationOwned);
      return method === 'DELETE' ? removePost(post) : NOT_ALLOWED;
    };
    return withLimits(answer(), taken);
  };
}
