// A question to the owner: the task waits, its clock stands, and silence is an answer too.
import { newId } from '@tars/core';
import type { Answered } from './answers.js';
import type { Context } from './context.js';
import { ok, resultOf } from './perform.js';

type Input = { question: string; options?: string[] | undefined };

export async function askUser(context: Context, callId: string, input: Input): Promise<void> {
  const { record, heard } = context;
  const answer = heard?.callId === callId && heard.answer.kind === 'question' ? heard.answer : await asked(context, callId, input);
  const text =
    answer.text === null
      ? 'No answer came in time. Go on with the most sensible assumption and name it in your summary.'
      : `The owner answers: ${answer.text}`;
  await record.commit([], [resultOf(context, callId, ok(text))]);
}

/** Puts the question, unless an earlier attempt put it already, and waits. */
async function asked(
  { record, answers, openAtStart, now }: Context,
  callId: string,
  input: Input,
): Promise<Answered<'question'>['answer']> {
  const { question, limits } = record.task();
  const open = question ?? openAtStart.question;
  const askedAt = now();
  const put =
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
  if (put !== open) await record.commit([{ type: 'question.asked', at: askedAt, question: put }]);
  return (await answers.of('question', put.id)).answer;
}
