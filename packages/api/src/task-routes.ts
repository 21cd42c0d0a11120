// Tasks to look at and to read back.
import { plainText, type Redact, redactValue, STATES, viewRecord, viewTask } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from './api-env.js';
import { refusal, refuse, UNKNOWN_TASK } from './refusal.js';

const BAD_STATE = refusal(400, 'bad_state', `state must be one of: ${STATES.join(', ')}.`);

const SHOWN = 50;
const MOST = 200;
const BAD_LIMIT = refusal(400, 'bad_limit', `limit must be a whole number from 1 to ${MOST}.`);
const BAD_BEFORE = refusal(400, 'bad_before', 'before must be the id of a task that is kept: those accepted before it are listed.');

export type TaskRoutes = { store: TaskStore; redact: Redact; door: MiddlewareHandler<ApiEnv> };

export function addTaskRoutes(app: Api, { store, redact, door }: TaskRoutes): void {
  app.get('/api/tasks', door, async (c) => {
    const said = c.req.query('state');
    const state = STATES.find((known) => known === said);
    if (said !== undefined && state === undefined) return refuse(c, BAD_STATE);
    const limit = c.req.query('limit') ?? String(SHOWN);
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MOST) return refuse(c, BAD_LIMIT);
    const before = c.req.query('before')?.toLowerCase();
    const page = await store.page({ limit: Number(limit), before, ...(state === undefined ? {} : { state }) });
    return page === null ? refuse(c, BAD_BEFORE) : c.json({ tasks: page.tasks.map(viewTask), more: page.more });
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
