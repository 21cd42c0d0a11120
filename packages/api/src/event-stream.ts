// A task's events as a server-sent stream: what was missed first, then each as it happens, until the task has ended.
import { isSettled, type Redact, viewEvent, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import { followTask, type News, type TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Api, ApiEnv } from './api-env.js';
import { refusal, refuse, UNKNOWN_TASK } from './refusal.js';

/** Proxies close what is silent for 30 to 60 s. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;
/** A reader that takes nothing for this long is cut off; it would hold its connection, and what it was told, for ever. */
const STALL_MS = 30_000;
const BAD_PLACE = refusal(400, 'bad_last_event_id', 'Last-Event-ID (or after) must be the sequence of an event: a whole number.');

export type EventStream = {
  store: TaskStore;
  news: News;
  redact: Redact;
  closed: AbortSignal;
  heartbeatMs: number | undefined;
  stallMs: number | undefined;
  door: MiddlewareHandler<ApiEnv>;
  logger: Logger;
};

export function addEventStream(
  app: Api,
  { store, news, redact, closed, heartbeatMs = HEARTBEAT_MS, stallMs = STALL_MS, door, logger }: EventStream,
): void {
  const open = new Set<() => void>();
  closed.addEventListener('abort', () => {
    for (const end of open) end();
  });

  /** Resolves once the task has ended and all of it is told, or the client or the api is gone. */
  const tell = async (stream: SSEStreamingApi, { id, after, cut }: { id: string; after: number; cut: () => void }): Promise<void> => {
    const over = new AbortController();
    const end = () => over.abort();
    stream.onAbort(end);
    open.add(end);
    if (closed.aborted) end();
    const write = (text: string) =>
      within(stallMs, 'the reader', stream.write(text)).catch((error: unknown) => {
        logger.warn('A reader of events takes nothing; it is cut off', { task_id: id, error });
        end();
        cut();
      });
    const heartbeat = setInterval(() => void write(': still here\n\n'), heartbeatMs);
    try {
      // Sent at once, so that the client sees the stream is open before anything happens.
      await write(`retry: ${RECONNECT_MS}\n\n`);
      for await (const logged of followTask({ store, news }, { id, after, signal: over.signal })) {
        const event = viewEvent(logged);
        const message = event.message === null ? null : redact(event.message);
        await write(`data: ${JSON.stringify({ ...event, message })}\nid: ${event.sequence}\n\n`);
      }
    } catch (error) {
      logger.error('A stream of events broke', { task_id: id, error });
    } finally {
      clearInterval(heartbeat);
      open.delete(end);
    }
  };

  app.get('/api/tasks/:id/events', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const after = placeOf(c.req.header('last-event-id') ?? c.req.query('after') ?? '');
    if (after === null) return refuse(c, BAD_PLACE);
    const task = await store.read(id);
    if (task === null) return refuse(c, UNKNOWN_TASK);
    // 204 tells an EventSource that comes back after the end to stop asking.
    if (isSettled(task.state) && (await store.events(id, after, 1)).length === 0) return c.body(null, 204);
    c.header('X-Accel-Buffering', 'no');
    // Nobody would read the body, so nobody's going could end it.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
    const cut = () => c.env?.incoming?.socket.destroy();
    return streamSSE(c, (stream) => tell(stream, { id, after, cut }));
  });
}

const placeOf = (said: string): number | null => (/^\d{0,9}$/.test(said) ? Number(said) : null);
