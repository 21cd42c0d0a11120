// A question to the owner: the task waits, its clock stands, and silence is an answer too.
import { asksForCode, newId } from '@tars/core';
import type { Answered } from './answers.js';
import type { Context } from './context.js';
import { error, ok, resultOf } from './perform.js';

type Input = { question: string; options?: string[] | undefined };

const NO_CODES =
  'Not asked: this sounds like a request for a confirmation code. Never ask for codes or approvals; run the command, and TARS asks by itself where it must.';

export async function askUser(context: Context, callId: string, input: Input): Promise<void> {
  const { record, heard } = context;
  if ([input.question, ...(input.options ?? [])].some(asksForCode)) {
    await record.commit([], [resultOf(context, callId, error(NO_CODES))]);
    return;
  }
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
