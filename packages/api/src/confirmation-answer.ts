// How the outcome of a code or a denial reads over HTTP: a status, a reason and a sentence that can be posted back.

import { type Submitted, submittedSentence } from '@tars/core';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiContext } from './api-env.js';
import { refusal, refuse } from './refusal.js';

type Failed = Exclude<Submitted['outcome'], 'approved' | 'denied'>;

const STATUS: Readonly<Record<Failed, ContentfulStatusCode>> = {
  wrong_code: 403,
  code_spent: 403,
  not_a_code: 400,
  unknown_task: 404,
  nothing_pending: 409,
  too_soon: 409,
  ambiguous_task: 409,
  no_code_configured: 409,
  expired: 410,
  locked: 429,
};

export function answerSubmitted(c: ApiContext, result: Submitted): Response {
  const { outcome } = result;
  const task = result.taskId === '' ? {} : { task_id: result.taskId };
  if (outcome === 'approved') return c.json({ status: 'ok', message: 'Confirmation received', ...task });
  const message = submittedSentence(result);
  if (outcome === 'denied') return c.json({ status: 'ok', message, ...task, outcome });
  const more = {
    ...task,
    ...(outcome === 'wrong_code' || outcome === 'code_spent' ? { tries_left: result.triesLeft } : {}),
    ...(outcome === 'ambiguous_task' ? { pending: result.pending } : {}),
    ...(outcome === 'nothing_pending' && result.already !== undefined ? { already: result.already } : {}),
  };
  const opensInMs = outcome === 'locked' ? result.opensInMs : undefined;
  const retryAfter = opensInMs === undefined ? undefined : Math.ceil(opensInMs / 1_000);
  return refuse(c, refusal(STATUS[outcome], outcome, message, more, retryAfter));
}
