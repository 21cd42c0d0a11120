// What a task has changed in its project: to look at, to fetch, and to take back.
import { type FunctionAnswer, type Redact, redactValue, undoTask, viewDiff } from '@tars/core';
import type { News, Redis, TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { parseBody } from './body.js';
import { refusal, refuse, UNKNOWN_TASK } from './refusal.js';

/** Within what every request is answered in. */
const WAIT_MS = 2_000;

export const UndoBody = v.strictObject({
  /** A turn (`7`, or `"7.2"` for its second call), or `"redo"`. */
  to: v.nullish(v.union([v.number(), v.string()], 'a turn or "redo"')),
  force: v.nullish(v.boolean('a boolean')),
});

const STATUS: Readonly<Record<string, ContentfulStatusCode>> = { unknown_task: 404, bad_place: 400 };

const NO_BUNDLE = refusal(
  404,
  'no_bundle',
  'There is no bundle of this task: it did not work in a clone, has changed nothing, or has not ended.',
);

export type ChangeRoutes = {
  store: TaskStore;
  redis: Redis;
  news: News;
  redact: Redact;
  clock: () => number;
  door: MiddlewareHandler<ApiEnv>;
};

export function addChangeRoutes(app: Api, { store, redis, news, redact, clock, door }: ChangeRoutes): void {
  app.get('/api/tasks/:id/diff', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const [task, diff] = await Promise.all([store.read(id), store.diff(id)]);
    if (task === null) return refuse(c, UNKNOWN_TASK);
    return c.json(redactValue(viewDiff(id, diff), redact));
  });

  app.get('/api/tasks/:id/bundle', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const [task, bundle] = await Promise.all([store.read(id), store.bundle(id)]);
    if (task === null) return refuse(c, UNKNOWN_TASK);
    if (bundle === null) return refuse(c, NO_BUNDLE);
    const headers = { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${id}.bundle"` };
    return c.body(new Uint8Array(bundle.bytes), 200, headers);
  });

  app.post('/api/tasks/:id/undo', door, async (c) => {
    const body = parseBody(c.req, c.var.body, UndoBody, {});
    if (!body.ok) return refuse(c, body);
    const task = await store.read(c.req.param('id').toLowerCase());
    if (task === null) return refuse(c, UNKNOWN_TASK);
    const { to, force } = body.value;
    const answer = await undoTask(
      { store, redis, news, clock },
      { said: task.id, to: to === null || to === undefined ? undefined : String(to), force: force ?? false, waitMs: WAIT_MS },
      { channel: 'http', credential: c.var.credential },
    );
    if (!answer.ok) return refuse(c, refusalOf(answer));
    const { status, text, task: undone } = answer;
    return c.json({ status, message: text, task_id: task.id, task: undone }, status === 'undone' ? 200 : 202);
  });
}

const refusalOf = ({ reasonCode = 'error', text }: FunctionAnswer) => refusal(STATUS[reasonCode] ?? 409, reasonCode, text);
