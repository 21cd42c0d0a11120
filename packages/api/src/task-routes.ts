// Tasks to look at and to read back.
import { plainText, type Redact, redactValue, STATES, viewRecord, viewTask } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from './api-env.js';
import { refusal, refuse, UNKNOWN_TASK } from './refusal.js';

const BAD_STATE = refusal(400, 'bad_state', `state must be one of: ${STATES.join(', ')}.`);

export type TaskRoutes = { store: TaskStore; redact: Redact; door: MiddlewareHandler<ApiEnv> };

export function addTaskRoutes(app: Api, { store, redact, door }: TaskRoutes): void {
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
    return c.json({ task_id: id, records: records.map((record) => redactValue(viewRecord(record), (text) => redact(plainText(text)))) });
  });
}
