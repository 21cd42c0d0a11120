// A task's events as a server-sent stream: what was missed first, then each as it happens, until the task has ended.
import { isSettled, type Redact, viewEvent } from '@tars/core';
import { followTask, type News, type TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from './api-env.js';
import { type OpenStreams, placeOf } from './open-streams.js';
import { refusal, refuse, UNKNOWN_TASK } from './refusal.js';

const BAD_PLACE = refusal(400, 'bad_last_event_id', 'Last-Event-ID (or after) must be the sequence of an event: a whole number.');

export type EventStream = { store: TaskStore; news: News; redact: Redact; streams: OpenStreams; door: MiddlewareHandler<ApiEnv> };

export function addEventStream(app: Api, { store, news, redact, streams, door }: EventStream): void {
  app.get('/api/tasks/:id/events', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const after = placeOf(c);
    if (after === null) return refuse(c, BAD_PLACE);
    const task = await store.read(id);
    if (task === null) return refuse(c, UNKNOWN_TASK);
    // 204 tells an EventSource that comes back after the end to stop asking.
    if (isSettled(task.state) && (await store.events(id, after, 1)).length === 0) return c.body(null, 204);
    return streams.answer(c, {
      id,
      heartbeat: ': still here\n\n',
      async tell(write, signal) {
        for await (const logged of followTask({ store, news }, { id, after, signal })) {
          const event = viewEvent(logged);
          const message = event.message === null ? null : redact(event.message);
          await write(`data: ${JSON.stringify({ ...event, message })}\nid: ${event.sequence}\n\n`);
        }
      },
    });
  });
}
