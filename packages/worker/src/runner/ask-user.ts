// A question to the owner: the task waits, its clock stands, and silence is an answer too.
import { newId } from '@tars/core';
import type { Context } from './context.js';
import { ok, resultOf } from './perform.js';

export async function askUser(
  context: Context,
  callId: string,
  input: { question: string; options?: string[] | undefined },
): Promise<void> {
  const { record, answers, now } = context;
  const { question: open, limits } = record.task();
  const askedAt = now();
  const question =
    open !== null && open.callId === callId
      ? open
      : {
          id: newId('question'),
          callId,
          text: input.question,
          options: input.options ?? [],
          askedAt,
          expiresAt: askedAt + limits.confirmationMs,
        };
  if (question !== open) await record.commit([{ type: 'question.asked', at: askedAt, question }]);
  const { answer } = await answers.of('question', question.id);
  const text =
    answer.text === null
      ? 'No answer came in time. Go on with the most sensible assumption and name it in your summary.'
      : `The owner answers: ${answer.text}`;
  await record.commit([], [resultOf(context, callId, ok(text))]);
}
