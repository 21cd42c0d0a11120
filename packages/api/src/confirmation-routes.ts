// Codes, denials and answers on their way in: n8n's webhook, and codes and denials for one task.
import { answerQuestion, type Confirmations, parseAnswer, type Redact } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import { answerAnswered } from './answer-route.js';
import type { Api, ApiContext, ApiEnv } from './api-env.js';
import { badBody, parseBody } from './body.js';
import { answerSubmitted } from './confirmation-answer.js';
import { answersQuestion } from './question-reply.js';
import { refusal, refuse } from './refusal.js';
import { withoutGaps } from './without-gaps.js';

/** Workflow tools send an empty string or null for what they do not have, and digits as a number. */
const text = v.pipe(
  v.optional(v.nullable(v.union([v.string(), v.pipe(v.number(), v.safeInteger())], 'a string'))),
  v.transform((said) => (said === undefined || said === null || String(said).trim() === '' ? undefined : String(said).trim())),
);

export const WebhookBody = v.strictObject({
  confirmation_code: text,
  task_id: text,
  reply_text: text,
  confirmation_id: text,
  question_id: text,
  source: text,
});
export const CodeBody = v.strictObject({ confirmation_code: text, confirmation_id: text });
export const DenialBody = v.strictObject({ because: text, confirmation_id: text });

const NO_CODE = badBody('confirmation_code is missing.');
const NO_ANSWER = refusal(
  400,
  'no_answer',
  'That reply holds neither a confirmation code nor a no. Reply with the code, or with "no, because …".',
);

export type ConfirmationRoutes = {
  confirmations: Confirmations;
  webhook: { store: TaskStore; confirmations: Confirmations };
  webhookDoor: MiddlewareHandler<ApiEnv>;
  apiDoor: MiddlewareHandler<ApiEnv>;
  redact: Redact;
  clock: () => number;
};

export function addConfirmationRoutes(app: Api, { confirmations, webhook, webhookDoor, apiDoor, redact, clock }: ConfirmationRoutes): void {
  app.post('/webhook/background-confirmation', webhookDoor, async (c) => {
    const body = parseBody(c.req, c.var.body, WebhookBody);
    if (!body.ok) return refuse(c, body);
    const { confirmation_code, task_id, reply_text, confirmation_id, question_id, source } = body.value;
    const channel = source === 'discord' || source === 'voice' ? source : 'http';
    const target = { taskId: task_id, confirmationId: confirmation_id, channel, credential: c.var.credential } as const;
    if (confirmation_code !== undefined)
      return answerSubmitted(c, await webhook.confirmations.submit({ ...target, code: withoutGaps(confirmation_code) }));
    if (reply_text === undefined) return refuse(c, badBody('confirmation_code or reply_text is missing.'));
    const said = parseAnswer(reply_text, { taskIds: (await webhook.store.waiting()).map((task) => task.id) });
    if (await answersQuestion(webhook.store, { taskId: task_id, confirmationId: confirmation_id, questionId: question_id }, said)) {
      const by = { credential: c.var.credential };
      const answer = { taskId: task_id, questionId: question_id, text: reply_text, channel, redact, at: clock(), by } as const;
      return answerAnswered(c, await answerQuestion(webhook.store, answer));
    }
    if (said.kind === 'none') return refuse(c, NO_ANSWER);
    // A person who names the task means that one, whichever message they replied to.
    const meant = { ...target, ...(said.taskId === undefined ? {} : { taskId: said.taskId }) };
    return answerSubmitted(
      c,
      said.kind === 'code'
        ? await webhook.confirmations.submit({ ...meant, code: said.code })
        : await webhook.confirmations.deny({ ...meant, because: said.because }),
    );
  });

  app.post('/api/tasks/:id/confirmation', apiDoor, async (c) => {
    const body = parseBody(c.req, c.var.body, CodeBody);
    if (!body.ok) return refuse(c, body);
    const { confirmation_code, confirmation_id } = body.value;
    if (confirmation_code === undefined) return refuse(c, NO_CODE);
    return answerSubmitted(c, await confirmations.submit({ ...forTask(c, confirmation_id), code: withoutGaps(confirmation_code) }));
  });

  app.post('/api/tasks/:id/deny', apiDoor, async (c) => {
    const body = parseBody(c.req, c.var.body, DenialBody, {});
    if (!body.ok) return refuse(c, body);
    const { because, confirmation_id } = body.value;
    return answerSubmitted(c, await confirmations.deny({ ...forTask(c, confirmation_id), because }));
  });
}

const forTask = (c: ApiContext, confirmationId: string | undefined) =>
  ({ taskId: c.req.param('id') ?? '', confirmationId, channel: 'http', credential: c.var.credential }) as const;
