// The owner's answer to what a task asks, on its way in.
import { type Answered, answeredSentence, answerQuestion, type Redact } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import type { Api, ApiContext, ApiEnv } from './api-env.js';
import { badBody, parseBody } from './body.js';
import { refusal, refuse } from './refusal.js';

const text = v.nullish(v.string('a string'));
export const AnswerBody = v.strictObject({ answer: text, text, question_id: text });
const NO_TEXT = badBody('answer is missing.');

/** The answer was taken, and this is what it did. */
type Taken = 'answered' | 'goes_on' | 'stopped';
const isTaken = (outcome: Answered['outcome']): outcome is Taken =>
  outcome === 'answered' || outcome === 'goes_on' || outcome === 'stopped';

const STATUS: Readonly<Record<Exclude<Answered['outcome'], Taken>, ContentfulStatusCode>> = {
  no_text: 400,
  is_secret: 400,
  not_understood: 400,
  not_yet: 409,
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
    return answerAnswered(c, result);
  });
}

/** The same answer on every way in. */
export function answerAnswered(c: ApiContext, result: Answered): Response {
  const message = answeredSentence(result);
  const task = result.taskId === '' ? {} : { task_id: result.taskId };
  if (isTaken(result.outcome)) return c.json({ status: 'ok', message, ...task, outcome: result.outcome });
  const more = { ...task, ...(result.outcome === 'ambiguous_task' ? { pending: result.pending } : {}) };
  return refuse(c, refusal(STATUS[result.outcome], result.outcome, message, more));
}
