// The owner's answer to what a task asks, on its way in.
import { type Answered, answeredSentence, answerQuestion, type Redact } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { badBody, parseBody } from './body.js';
import { refusal, refuse } from './refusal.js';

const text = v.nullish(v.string('a string'));
const AnswerBody = v.strictObject({ answer: text, text, question_id: text });
const NO_TEXT = badBody('answer is missing.');

const STATUS: Readonly<Record<Exclude<Answered['outcome'], 'answered'>, ContentfulStatusCode>> = {
  no_text: 400,
  unknown_task: 404,
  nothing_asked: 409,
  ambiguous_task: 409,
  expired: 410,
};

export type AnswerRoute = { store: TaskStore; redact: Redact; clock: () => number; door: MiddlewareHandler<ApiEnv> };

export function addAnswerRoute(app: Api, { store, redact, clock, door }: AnswerRoute): void {
  app.post('/api/tasks/:id/answer', door, async (c) => {
    const body = parseBody(c.req, c.var.body, AnswerBody);
    if (!body.ok) return refuse(c, body);
    const { answer, text = answer, question_id } = body.value;
    if (!text?.trim()) return refuse(c, NO_TEXT);
    const result = await answerQuestion(store, {
      taskId: c.req.param('id'),
      questionId: question_id ?? undefined,
      text,
      channel: 'http',
      redact,
      at: clock(),
      by: { credential: c.var.credential },
    });
    const message = answeredSentence(result);
    const task = result.taskId === '' ? {} : { task_id: result.taskId };
    if (result.outcome === 'answered') return c.json({ status: 'ok', message, ...task });
    const more = { ...task, ...(result.outcome === 'ambiguous_task' ? { pending: result.pending } : {}) };
    return refuse(c, refusal(STATUS[result.outcome], result.outcome, message, more));
  });
}
