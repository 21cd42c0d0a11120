// A record in a real Redis, tasks whose life is written into it, and an n8n that hears of them.
import type { Event } from '@tars/core';
import { connectRedis, createOutbox, createTaskStore, subscribeNews } from '@tars/core/redis';
import { startFakeN8n, startTestRedis, waitUntil } from '@tars/testkit';
import { createN8nChannel } from '../n8n/channel.js';
import { createRelay, type RelayOptions } from '../relay.js';
import { readableLogger } from './logger.js';
import { accepted, event } from './story.js';

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld() {
  const server = await startTestRedis();
  const redis = await connectRedis(server.endpoint);
  const store = createTaskStore(redis);
  const outbox = createOutbox(redis, 'n8n');
  const n8n = await startFakeN8n();
  const { logger, lines } = readableLogger();
  const begun: string[] = [];
  const running: { stop(): Promise<void> }[] = [];

  /** A relay of its own, with a connection of its own, as in another process. */
  const startRelay = async (
    differs: Partial<RelayOptions> & {
      timeoutMs?: number;
      style?: 'messages' | 'card' /** How much quicker than in life. */;
      speed?: number;
    } = {},
  ) => {
    const { timeoutMs = 10_000, style = 'messages', speed = 1, ...options } = differs;
    const connection = await connectRedis(server.endpoint);
    const news = await subscribeNews(connection);
    const stopping = new AbortController();
    const channel = createN8nChannel({
      url: n8n.url,
      secret: null,
      token: null,
      redact: (text) => text,
      hideCommandOutput: false,
      mentionUser: null,
      logger,
      timeoutMs,
      style,
      clock: () => Date.now() * speed,
    });
    const { gathers } = channel;
    const relay = createRelay({
      channel: {
        ...channel,
        ...(gathers && { gathers: { ...gathers, restMs: (id: string) => gathers.restMs(id) / speed } }),
        deliver(delivery, signal) {
          begun.push(`${delivery.logged.taskId}:${delivery.logged.seq}`);
          return channel.deliver(delivery, signal);
        },
      },
      store: createTaskStore(connection),
      outbox: createOutbox(connection, 'n8n'),
      news,
      logger,
      signal: stopping.signal,
      backoff: { firstMs: 20, capMs: 100 },
      drainMs: 500,
      ...options,
    });
    let ended: Promise<void> | undefined;
    const end = async () => {
      stopping.abort();
      await relay.ended;
      await news.close();
      connection.destroy();
    };
    const started = { stop: () => (ended ??= end()) };
    running.push(started);
    return started;
  };

  return {
    server,
    redis,
    store,
    outbox,
    n8n,
    lines,
    startRelay,
    /** `task:sequence` of every delivery that was begun. */
    begun,
    /** A task somebody works on: its events 1 and 2 are there. */
    async startTask(id: string, { verbose = true } = {}): Promise<void> {
      await store.create(id, { ...accepted({ verbose, project: `/home/me/${id}` }), at: Date.now() });
      await store.commit(id, { as: { role: 'claim', nonce: `nonce-${id}` }, events: [event('task.claimed')] });
    },
    async happens(id: string, ...events: Event[]): Promise<void> {
      const { kind } = await store.commit(id, { as: { role: 'owner', nonce: `nonce-${id}` }, events });
      if (kind !== 'committed') throw new Error(`Not committed: ${kind}`);
    },
    /** The messages of a task in the order of their arrival. */
    told: (id: string): string[] => bodies(n8n.deliveries()).flatMap((body) => (body.task_id === id ? [body.message] : [])),
    ids: (): string[] => n8n.deliveries().map(({ headers }) => String(headers['webhook-id'])),
    /** Resolves once nothing is left to deliver. */
    idle: () => waitUntil(async () => (await outbox.nextDue()) === null, { timeoutMs: 15_000, what: 'an empty outbox' }),
    async close() {
      await Promise.all(running.map(({ stop }) => stop()));
      await n8n.close();
      redis.destroy();
      await server.close();
    },
  };
}

const bodies = (deliveries: readonly { body: unknown }[]) => deliveries.map(({ body }) => body as { task_id: string; message: string });

/** An edit that can be told from others. */
export const edit = (name: string | number): Event => event('edit.intended', { path: String(name) });
export const editing = (...names: (string | number)[]): string[] => names.map((name) => `✏️ Editing ${name}`);
