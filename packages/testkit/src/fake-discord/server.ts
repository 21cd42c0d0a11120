// Discord's API on loopback, as far as a feed needs it: webhooks, messages, threads, limits and pressed buttons.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BadInputError, parseInput } from '../bad-input.js';
import { createFaultSwitch, N8nFault, type N8nFaultInput } from '../fake-n8n/faults.js';
import { answerJson } from '../http/answer.js';
import { parseJson, readBody } from '../http/body.js';
import { listenOnLoopback } from '../http/loopback-server.js';
import { type Author, createBoard, type Message, type Posted } from './board.js';
import { type MessageForm, readForm } from './form.js';
import { createSigner, type Interaction, type InteractionAnswer, sendInteraction } from './interactions.js';
import { BOT_WINDOWS, createRateLimit, type Taken, WEBHOOK_WINDOWS } from './rate-limit.js';

const MAX_BODY_BYTES = 1024 * 1024;

/** Fixed, so that a workflow can be set up before the server starts. */
export const FAKE_DISCORD = {
  channelId: '1200000000000000001',
  webhookId: '1200000000000000002',
  webhookToken: 'fake-webhook-token',
  applicationId: '1200000000000000003',
  botId: '1200000000000000004',
  botToken: 'fake-bot-token',
  /** Whoever `say` speaks for unless told otherwise. */
  userId: '1200000000000000005',
} as const;

export type DiscordRequest = { at: string; method: string; path: string; status: number | null; body: unknown };

export type Said = { content: string; author?: string; bot?: boolean; channel?: string; reply_to?: string };

export type FakeDiscord = {
  url: string;
  port: number;
  /** What `DISCORD_WEBHOOK_URL` is set to. */
  webhookUrl: string;
  /** What `DISCORD_PUBLIC_KEY` is set to. */
  publicKey: string;
  /** Everything that was ever posted, in order, with its versions and whom it pinged. */
  posts(): Posted[];
  /** What a reader sees now. */
  messages(): Message[];
  requests(): DiscordRequest[];
  /** A person writes into the channel. */
  say(said: Said): Message;
  /** Signs and sends what Discord would when a button is pressed or a form is sent; `at` in ms since 1970. */
  interact(url: string, interaction: Interaction, at?: number): Promise<InteractionAnswer>;
  /** As `POST /faults`. */
  faults(fault: N8nFaultInput): void;
  close(): Promise<void>;
};

export type FakeDiscordOptions = {
  port?: number;
  /** Its channel is a forum: a message needs a thread. */
  isForum?: boolean;
  /** Its webhook belongs to an application, so its messages may carry buttons. */
  isApplicationOwned?: boolean;
  clock?: () => number;
};

type Answer = { status: number; body: unknown; headers?: Record<string, string> };
const ok = (body: unknown): Answer => ({ status: 200, body });
const GONE: Answer = { status: 204, body: null };
const fault = (status: number, code: number, message: string): Answer => ({ status, body: { message, code } });
const UNKNOWN_MESSAGE = fault(404, 10008, 'Unknown Message');
const UNKNOWN_CHANNEL = fault(404, 10003, 'Unknown Channel');
const UNKNOWN_WEBHOOK = fault(404, 10015, 'Unknown Webhook');
const UNAUTHORIZED = fault(401, 0, '401: Unauthorized');
const EMPTY = fault(400, 50006, 'Cannot send an empty message');
const NEEDS_THREAD = fault(400, 220001, 'Webhooks posted to forum channels must have a thread_name or thread_id');
const NO_FORUM = fault(400, 220003, 'Webhooks can only create threads in forum channels');

const { channelId, webhookId, webhookToken, applicationId, botId, botToken, userId } = FAKE_DISCORD;
const BOT: Author = { id: botId, username: 'TARS', bot: true };
const WEBHOOK: Author = { id: webhookId, username: 'TARS', bot: true };

export async function startFakeDiscord({
  port = 0,
  isForum = false,
  isApplicationOwned = false,
  clock = Date.now,
}: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const board = createBoard(clock);
  const signer = createSigner();
  const switched = createFaultSwitch();
  const requests: DiscordRequest[] = [];
  const byWebhook = createRateLimit(WEBHOOK_WINDOWS, clock);
  const byBot = createRateLimit(BOT_WINDOWS, clock);

  const write = (channel: string, body: unknown, author: Author, webhook?: string, id?: string): Answer => {
    const read = readForm(body);
    if (!read.ok) return { status: 400, body: read.error };
    const form = webhook === undefined || isApplicationOwned ? read.form : { ...read.form, components: [] };
    if (isEmpty(form)) return EMPTY;
    return ok(board.write(channel, form, author, { ...(id && { id }), ...(webhook && { webhookId: webhook }) }));
  };

  const execute = (query: URLSearchParams, body: unknown): Answer => {
    const threadId = query.get('thread_id');
    const name = typeof body === 'object' && body !== null && 'thread_name' in body ? body.thread_name : undefined;
    if (threadId !== null && board.threads.get(threadId)?.parent !== channelId) return UNKNOWN_CHANNEL;
    if (threadId === null && isForum && typeof name !== 'string') return NEEDS_THREAD;
    if (!isForum && name !== undefined) return NO_FORUM;
    const read = readForm(body);
    if (!read.ok) return { status: 400, body: read.error };
    const opened = threadId === null && isForum ? board.openThread(channelId, String(name)) : null;
    const answer = write(opened ?? threadId ?? channelId, body, WEBHOOK, webhookId, opened ?? undefined);
    return answer.status === 200 && query.get('wait') !== 'true' ? GONE : answer;
  };

  const change = (post: Posted | undefined, body: unknown): Answer => {
    if (post === undefined) return UNKNOWN_MESSAGE;
    const read = readForm(body);
    if (!read.ok) return { status: 400, body: read.error };
    const form = isApplicationOwned || post.message.webhook_id === undefined ? read.form : { ...read.form, components: [] };
    return ok(board.change(post, form));
  };

  const remove = (post: Posted | undefined): Answer => {
    if (post === undefined) return UNKNOWN_MESSAGE;
    post.deleted = true;
    return GONE;
  };

  const asWebhook = (method: string, rest: readonly string[], query: URLSearchParams, body: unknown): Answer => {
    const [id, token, messages, messageId = ''] = rest;
    if (id !== webhookId || token !== webhookToken) return UNKNOWN_WEBHOOK;
    if (messages === undefined && method === 'GET')
      return ok({ id, type: 1, channel_id: channelId, application_id: isApplicationOwned ? applicationId : null, name: 'TARS', token });
    const taken = byWebhook(webhookId);
    if (taken.waitMs > 0) return tooMany(taken);
    const answer = (): Answer => {
      if (messages === undefined) return method === 'POST' ? execute(query, body) : fault(405, 0, '405: Method Not Allowed');
      // A message in a thread is found only there.
      const post = board.find(query.get('thread_id') ?? channelId, messageId);
      if (method === 'GET') return post === undefined ? UNKNOWN_MESSAGE : ok(post.message);
      if (method === 'PATCH') return change(post, body);
      return method === 'DELETE' ? remove(post) : fault(405, 0, '405: Method Not Allowed');
    };
    return withLimits(answer(), taken);
  };

  const asBot = (method: string, rest: readonly string[], query: URLSearchParams, body: unknown): Answer => {
    const [channel = '', messages, messageId] = rest;
    if (channel !== channelId && !board.threads.has(channel)) return UNKNOWN_CHANNEL;
    if (messages === undefined) return ok({ id: channel, type: board.threads.has(channel) ? 11 : isForum ? 15 : 0, name: 'tars' });
    if (messages !== 'messages') return fault(404, 0, '404: Not Found');
    const taken = byBot(`${method} ${channel}`);
    if (taken.waitMs > 0) return tooMany(taken);
    const answer = (): Answer => {
      if (messageId === undefined) {
        if (method === 'POST') return write(channel, body, BOT);
        const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? '50')));
        return ok(board.list(channel, { limit, after: query.get('after'), before: query.get('before') }));
      }
      const post = board.find(channel, messageId);
      if (method === 'GET') return post === undefined ? UNKNOWN_MESSAGE : ok(post.message);
      if (method === 'DELETE') return remove(post);
      if (method !== 'PATCH') return fault(405, 0, '405: Method Not Allowed');
      return post !== undefined && post.message.author.id !== botId
        ? fault(403, 50005, 'Cannot edit a message authored by another user')
        : change(post, body);
    };
    return withLimits(answer(), taken);
  };

  const say = ({ content, author = userId, bot = false, channel = channelId, reply_to }: Said): Message =>
    board.write(
      channel,
      { content, ...(reply_to === undefined ? {} : { message_reference: { message_id: reply_to } }) },
      { id: author, username: 'somebody', bot },
    );

  const setFault = (input: unknown): void => {
    const given = parseInput(N8nFault, input, 'The fault');
    switched.set(given);
    if (given.refuse_ms !== undefined) server.refuseFor(given.refuse_ms);
  };

  const control = (route: string, body: unknown): Answer | null => {
    try {
      switch (route) {
        case 'GET /_posts':
          return ok(board.posts());
        case 'GET /_requests':
          return ok(requests);
        case 'POST /_say':
          return ok(say(body as Said));
        case 'POST /faults':
          setFault(body ?? {});
          return ok({ ok: true });
        default:
          return null;
      }
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      return { status: 400, body: { error: error.message } };
    }
  };

  const discord = (request: IncomingMessage, url: URL, body: unknown): Answer => {
    const method = request.method ?? 'GET';
    const [, api, ...path] = url.pathname.split('/');
    const [kind, ...rest] = /^v\d+$/.test(path[0] ?? '') ? path.slice(1) : path;
    if (api !== 'api') return fault(404, 0, '404: Not Found');
    if (kind === 'webhooks') return asWebhook(method, rest, url.searchParams, body);
    if (request.headers.authorization !== `Bot ${botToken}`) return UNAUTHORIZED;
    if (kind === 'users' && rest[0] === '@me') return ok(rest[1] === 'guilds' ? [] : BOT);
    return kind === 'channels' ? asBot(method, rest, url.searchParams, body) : fault(404, 0, '404: Not Found');
  };

  const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
    if (status === 204) response.writeHead(204, headers).end();
    else answerJson(response, status, body, headers);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const text = await readBody(request, MAX_BODY_BYTES);
    const body = text === null || text === '' ? null : parseJson(text);
    const controlled = control(`${request.method} ${url.pathname}`, body);
    if (controlled !== null) return send(response, controlled);
    const seen: DiscordRequest = {
      at: new Date(clock()).toISOString(),
      method: request.method ?? '',
      path: request.url ?? '',
      status: null,
      body,
    };
    requests.push(seen);
    const struck = switched.take();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (struck?.delay_ms !== undefined) await delay(struck.delay_ms, undefined, { signal: gone.signal }).catch(() => {});
    if (struck?.drop === true) return;
    if (gone.signal.aborted || struck?.cut === true) return void response.destroy();
    const given =
      struck?.status === undefined ? discord(request, url, body === undefined ? null : body) : scripted(struck.status, struck.retry_after);
    seen.status = given.status;
    if (struck?.lose_answer === true) return void response.destroy();
    send(response, given);
  };

  const server = await listenOnLoopback(port, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    url: server.url,
    port: server.port,
    webhookUrl: `${server.url}/api/webhooks/${webhookId}/${webhookToken}`,
    publicKey: signer.publicKey,
    posts: board.posts,
    messages: () => board.posts().flatMap(({ message, deleted }) => (deleted ? [] : [message])),
    requests: () => structuredClone(requests),
    say,
    interact: (url, interaction, at = clock()) => sendInteraction(url, interaction, signer, at),
    faults: setFault,
    close: server.close,
  };
}

const isEmpty = ({ content, embeds, components }: MessageForm): boolean =>
  (content ?? '').trim() === '' && (embeds ?? []).length === 0 && (components ?? []).length === 0;

const limitHeaders = ({ limit, remaining, resetAfterMs }: Taken): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset-after': String(Math.max(0, resetAfterMs) / 1_000),
  'x-ratelimit-bucket': 'fake',
});

const withLimits = (answer: Answer, taken: Taken): Answer => ({ ...answer, headers: limitHeaders(taken) });

function tooMany(taken: Taken): Answer {
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

const scripted = (status: number, retryAfter: number | undefined): Answer => ({
  status,
  body:
    status === 429
      ? { message: 'You are being rate limited.', retry_after: retryAfter ?? 1, global: false }
      : { message: `Scripted status ${status}`, code: 0 },
  ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(retryAfter)) } }),
});
