// Tasks to look at, to read back and to cancel.
import { type FunctionAnswer, type Functions, type Redact, redactValue, STATES, viewRecord, viewTask } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { parseBody } from './body.js';
import { NO_SESSION } from './function-route.js';
import { type Refusal, refusal, refuse, UNKNOWN_TASK, unavailable } from './refusal.js';

const BAD_STATE = refusal(400, 'bad_state', `state must be one of: ${STATES.join(', ')}.`);
const Nothing = v.strictObject({});

export type TaskRoutes = { store: TaskStore; functions: Functions; redact: Redact; door: MiddlewareHandler<ApiEnv> };

export function addTaskRoutes(app: Api, { store, functions, redact, door }: TaskRoutes): void {
  app.get('/api/tasks', door, async (c) => {
    const said = c.req.query('state');
    const state = STATES.find((known) => known === said);
    if (said !== undefined && state === undefined) return refuse(c, BAD_STATE);
    const tasks = await store.list(state === undefined ? {} : { state });
    return c.json({ tasks: tasks.map(viewTask) });
  });

  app.get('/api/tasks/:id', door, async (c) => {
    const task = await store.read(c.req.param('id').toLowerCase());
    return task === null ? refuse(c, UNKNOWN_TASK) : c.json(viewTask(task));
  });

  app.get('/api/tasks/:id/transcript', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const [task, records] = await Promise.all([store.read(id), store.transcript(id)]);
    if (task === null) return refuse(c, UNKNOWN_TASK);
    return c.json({ task_id: id, records: records.map((record) => redactValue(viewRecord(record), redact)) });
  });

  app.post('/api/tasks/:id/cancel', door, async (c) => {
    const body = parseBody(c.req, c.var.body, Nothing, {});
    if (!body.ok) return refuse(c, body);
    const task = await store.read(c.req.param('id').toLowerCase());
    if (task === null) return refuse(c, UNKNOWN_TASK);
    const answer = await functions.call(
      'cancel_coding_task',
      { task_id: task.id },
      { sessionId: NO_SESSION, credential: c.var.credential, channel: 'http' },
    );
    if (!answer.ok) return refuse(c, refusalOf(answer));
    return c.json(
      { status: answer.status, message: answer.text, task_id: task.id, task: answer.task },
      answer.status === 'cancelled' ? 200 : 202,
    );
  });
}

function refusalOf({ reasonCode = 'error', text }: FunctionAnswer): Refusal {
  if (reasonCode === 'unavailable') return unavailable();
  return refusal(reasonCode === 'unknown_task' ? 404 : 409, reasonCode, text);
}
