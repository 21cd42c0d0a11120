// What the owner wants of a task that exists: cancel, pause, resume, try again, and a word to the agent.
import type { FunctionAnswer, FunctionName, Functions } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { badBody, parseBody } from './body.js';
import { NO_SESSION } from './function-route.js';
import { type Refusal, refusal, refuse, UNKNOWN_TASK, unavailable } from './refusal.js';

export const Nothing = v.strictObject({});
export const MessageBody = v.strictObject({ message: v.nullish(v.string('a string')) });
const NO_MESSAGE = badBody('message is missing: say what to tell the task.');

const WISHES: Readonly<Record<string, FunctionName>> = {
  cancel: 'cancel_coding_task',
  pause: 'pause_coding_task',
  resume: 'resume_coding_task',
  retry: 'retry_coding_task',
};

/** Accepted, but not yet so: a worker has to come to it. */
const UNDER_WAY: ReadonlySet<string> = new Set(['cancelling', 'pausing']);
const STATUS: Readonly<Record<string, ContentfulStatusCode>> = { unknown_task: 404, too_long: 400 };

export type WishRoutes = { store: TaskStore; functions: Functions; door: MiddlewareHandler<ApiEnv> };

export function addWishRoutes(app: Api, { store, functions, door }: WishRoutes): void {
  const carryOut = async (id: string, credential: string, name: FunctionName, args: object = {}) => {
    const task = await store.read(id.toLowerCase());
    if (task === null) return UNKNOWN_TASK;
    const answer = await functions.call(name, { task_id: task.id, ...args }, { sessionId: NO_SESSION, credential, channel: 'http' });
    if (!answer.ok) return refusalOf(answer);
    const body = { status: answer.status, message: answer.text, task_id: task.id, task: answer.task };
    return { ok: true, body, status: UNDER_WAY.has(answer.status) ? 202 : 200 } as const;
  };

  for (const [wish, name] of Object.entries(WISHES)) {
    app.post(`/api/tasks/:id/${wish}`, door, async (c) => {
      const body = parseBody(c.req, c.var.body, Nothing, {});
      if (!body.ok) return refuse(c, body);
      const done = await carryOut(c.req.param('id'), c.var.credential, name);
      return done.ok ? c.json(done.body, done.status) : refuse(c, done);
    });
  }

  app.post('/api/tasks/:id/messages', door, async (c) => {
    const body = parseBody(c.req, c.var.body, MessageBody);
    if (!body.ok) return refuse(c, body);
    const { message } = body.value;
    if (!message?.trim()) return refuse(c, NO_MESSAGE);
    const done = await carryOut(c.req.param('id'), c.var.credential, 'message_coding_task', { message });
    return done.ok ? c.json(done.body, done.status) : refuse(c, done);
  });
}

function refusalOf({ reasonCode = 'error', text }: FunctionAnswer): Refusal {
  if (reasonCode === 'unavailable') return unavailable();
  return refusal(STATUS[reasonCode] ?? 409, reasonCode, text);
}
