// Discord's API on loopback, as far as a feed needs it: webhooks, messages, threads, limits and pressed buttons.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BadInputError, parseInput } from '../bad-input.js';
import { createFaultSwitch, N8nFault, type N8nFaultInput } from '../fake-n8n/faults.js';
import { answerJson } from '../http/answer.js';
import { parseJson, readBody } from '../http/body.js';
import { listenOnLoopback } from '../http/loopback-server.js';
import { type Answer, NOT_FOUND, ok, scripted, UNAUTHORIZED } from './answer.js';
import { BOT, createBotSide } from './as-bot.js';
import { createWebhookSide } from './as-webhook.js';
import { createBoard, type Message, type Posted } from './board.js';
import { FAKE_DISCORD } from './ids.js';
import { createSigner, type Interaction, type InteractionAnswer, sendInteraction } from './interactions.js';

const MAX_BODY_BYTES = 1024 * 1024;

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

const { channelId, webhookId, webhookToken, botToken, userId } = FAKE_DISCORD;

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
  const kind = { isForum, isApplicationOwned, clock };
  const asWebhook = createWebhookSide(board, kind);
  const asBot = createBotSide(board, kind);

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
    const [whose, ...rest] = /^v\d+$/.test(path[0] ?? '') ? path.slice(1) : path;
    const asked = { method, rest, query: url.searchParams, body };
    if (api !== 'api') return NOT_FOUND;
    if (whose === 'webhooks') return asWebhook(asked);
    if (request.headers.authorization !== `Bot ${botToken}`) return UNAUTHORIZED;
    if (whose === 'users' && rest[0] === '@me') return ok(rest[1] === 'guilds' ? [] : BOT);
    return whose === 'channels' ? asBot(asked) : NOT_FOUND;
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
