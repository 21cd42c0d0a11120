// What the owner does on a page: each form carried out by the same functions as everywhere, and answered in their words.
import {
  answeredSentence,
  answerQuestion,
  type Confirmations,
  type FunctionName,
  type Functions,
  type Redact,
  submittedSentence,
  type Task,
  undoTask,
} from '@tars/core';
import type { News, Redis, TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiEnv } from '../api-env.js';
import { NO_SESSION } from '../function-route.js';
import { UNKNOWN_TASK } from '../refusal.js';
import { withoutGaps } from '../without-gaps.js';
import { field, readForm } from './form.js';
import { keepSaid } from './said.js';
import { refusePage } from './shell.js';

/** Within what every request is answered in. */
const UNDO_WAIT_MS = 2_000;

type Said = { ok: boolean; text: string };
type Deed<Entries extends v.ObjectEntries = v.ObjectEntries> = {
  form: v.StrictObjectSchema<Entries, undefined>;
  carryOut(task: Task, said: v.InferOutput<v.StrictObjectSchema<Entries, undefined>>, credential: string): Promise<Said>;
};

const deed = <const Entries extends v.ObjectEntries>(entries: Entries, carryOut: Deed<Entries>['carryOut']): Deed =>
  ({ form: v.strictObject(entries), carryOut }) as unknown as Deed;

export type DeedRoutes = {
  store: TaskStore;
  redis: Redis;
  news: News;
  functions: Functions;
  confirmations: Confirmations;
  redact: Redact;
  clock: () => number;
  door: MiddlewareHandler<ApiEnv>;
};

export function addDeedRoutes(app: Api, { store, redis, news, functions, confirmations, redact, clock, door }: DeedRoutes): void {
  const call = async (name: FunctionName, task: Task, credential: string, args: object = {}): Promise<Said> => {
    const { ok, text } = await functions.call(name, { task_id: task.id, ...args }, { sessionId: NO_SESSION, credential, channel: 'http' });
    return { ok, text };
  };
  const wish = (name: FunctionName) => deed({}, (task, _, credential) => call(name, task, credential));
  const target = (task: Task, confirmationId: string, credential: string) =>
    ({ taskId: task.id, confirmationId: confirmationId || undefined, channel: 'http', credential }) as const;

  const deeds: Readonly<Record<string, Deed>> = {
    cancel: wish('cancel_coding_task'),
    pause: wish('pause_coding_task'),
    resume: wish('resume_coding_task'),
    retry: wish('retry_coding_task'),
    tell: deed({ message: field }, (task, { message }, credential) => call('message_coding_task', task, credential, { message })),
    confirm: deed({ code: field, confirmation_id: field }, async (task, { code, confirmation_id }, credential) => {
      const result = await confirmations.submit({ ...target(task, confirmation_id, credential), code: withoutGaps(code) });
      return { ok: result.outcome === 'approved', text: submittedSentence(result) };
    }),
    deny: deed({ because: field, confirmation_id: field }, async (task, { because, confirmation_id }, credential) => {
      const result = await confirmations.deny({ ...target(task, confirmation_id, credential), because: because || undefined });
      return { ok: result.outcome === 'denied', text: submittedSentence(result) };
    }),
    answer: deed({ text: field, question_id: field }, async (task, { text, question_id }, credential) => {
      const answer = {
        taskId: task.id,
        questionId: question_id || undefined,
        text,
        channel: 'http',
        redact,
        at: clock(),
        by: { credential },
      } as const;
      const result = await answerQuestion(store, answer);
      return { ok: result.outcome === 'answered', text: answeredSentence(result) };
    }),
    undo: deed({ to: field, force: field }, async (task, { to, force }, credential) => {
      const undo = { said: task.id, to: to || undefined, force: force === 'yes', waitMs: UNDO_WAIT_MS };
      const { ok, text } = await undoTask({ store, redis, news, clock }, undo, { channel: 'http', credential });
      return { ok, text };
    }),
  };

  for (const [name, { form, carryOut }] of Object.entries(deeds)) {
    app.post(`/tasks/:id/${name}`, door, async (c) => {
      const said = readForm(c, c.var.body, form);
      if (!said.ok) return refusePage(c, said);
      const task = await store.read(c.req.param('id').toLowerCase());
      if (task === null) return refusePage(c, UNKNOWN_TASK);
      const { ok, text } = await carryOut(task, said.value, c.var.credential);
      if (c.req.header('accept')?.includes('application/json')) return c.json({ ok, message: text });
      return c.redirect(`/tasks/${task.id}?said=${await keepSaid(redis, text)}`, 303);
    });
  }
}
