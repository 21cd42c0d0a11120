// Streams of server-sent events: what all of them do whatever they tell. A reader that takes nothing is cut off, and all end with the api.
import { within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import { streamSSE } from 'hono/streaming';
import type { ApiContext } from './api-env.js';

/** Proxies close what is silent for 30 to 60 s. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;
/** A reader that takes nothing for this long is cut off; it would hold its connection, and what it was told, for ever. */
const STALL_MS = 30_000;

export type StreamSettings = { closed: AbortSignal; heartbeatMs: number | undefined; stallMs: number | undefined; logger: Logger };

/** Resolves once the reader's side has taken it in. */
export type Write = (text: string) => Promise<void>;

export type Telling = {
  id: string;
  /** Sent while nothing else is. */
  heartbeat: string;
  /** Tells until it is over, or `signal` aborts: the reader, or the api, is gone. */
  tell(write: Write, signal: AbortSignal): Promise<void>;
};

export type OpenStreams = { answer(c: ApiContext, telling: Telling): Response };

export function createOpenStreams({ closed, heartbeatMs = HEARTBEAT_MS, stallMs = STALL_MS, logger }: StreamSettings): OpenStreams {
  const open = new Set<() => void>();
  closed.addEventListener('abort', () => {
    for (const end of open) end();
  });

  return {
    answer(c, { id, heartbeat, tell }) {
      c.header('X-Accel-Buffering', 'no');
      // Nobody would read the body, so nobody's going could end it.
      if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
      return streamSSE(c, async (stream) => {
        const over = new AbortController();
        const end = () => over.abort();
        stream.onAbort(end);
        open.add(end);
        if (closed.aborted) end();
        const write: Write = async (text) => {
          try {
            await within(stallMs, 'the reader', stream.write(text));
          } catch (error) {
            logger.warn('A reader of events takes nothing; it is cut off', { task_id: id, error });
            end();
            c.env?.incoming?.socket.destroy();
          }
        };
        const beat = setInterval(() => void write(heartbeat), heartbeatMs);
        try {
          // Sent at once, so that the client sees the stream is open before anything happens.
          await write(`retry: ${RECONNECT_MS}\n\n`);
          await tell(write, over.signal);
        } catch (error) {
          logger.error('A stream of events broke', { task_id: id, error });
        } finally {
          clearInterval(beat);
          open.delete(end);
        }
      });
    },
  };
}

const PLACE = /^\d{0,9}$/;

/** The sequence a reader has seen last, by what it says; null when that is no sequence. */
export const placeOf = (c: ApiContext): number | null => {
  const said = c.req.header('last-event-id') ?? c.req.query('after') ?? '';
  return PLACE.test(said) ? Number(said) : null;
};
