// A question to the owner: the task waits, its clock stands, and silence is an answer too.
import { asksForCode, asksForSecret, newId, type Question } from '@tars/core';
import type { Context } from './context.js';
import { error, ok, resultOf } from './perform.js';

type Input = { question: string; options?: string[] | undefined; default?: string | undefined };

const NO_CODES =
  'Not asked: this sounds like a request for a confirmation code. Never ask for codes or approvals; run the command, and TARS asks by itself where it must.';
const NO_SECRETS =
  'Not asked: an answer is stored, and read by more than you, so no password, key or token may be in it. Let the program read it from an environment variable or from a file that git ignores, and say in your summary what the owner has to put there.';

export async function askUser(context: Context, callId: string, input: Input): Promise<void> {
  const { record } = context;
  const words = [input.question, ...(input.options ?? [])];
  const refusal = words.some(asksForCode) ? NO_CODES : words.some(asksForSecret) ? NO_SECRETS : null;
  if (refusal !== null) {
    await record.commit([], [resultOf(context, callId, error(refusal))]);
    return;
  }
  const answer = await askAndWait(context, callId, input);
  await record.commit([], [resultOf(context, callId, ok(answer === null ? unanswered(input) : `The owner answers: ${answer}`))]);
}

const unanswered = ({ default: decided }: Input): string =>
  decided === undefined
    ? 'No answer came in time. Go on with the most sensible assumption and name it in your summary.'
    : `No answer came in time. Go on with what you named for that case: ${decided}. The owner knows.`;

type Asking = Pick<Context, 'record' | 'answers' | 'heard' | 'openAtStart' | 'now'>;

/** The owner's words, or null where none came in time. What an earlier attempt asked under this name is not asked again. */
export async function askAndWait(context: Asking, callId: string, input: Input & Pick<Question, 'about'>): Promise<string | null> {
  const { answers, heard } = context;
  if (heard?.callId === callId && heard.answer.kind === 'question') return heard.answer.text;
  return (await answers.of('question', await put(context, callId, input))).answer.text;
}

/** The id of the question, which an earlier attempt may have put already. */
async function put({ record, openAtStart, now }: Asking, callId: string, input: Input & Pick<Question, 'about'>): Promise<string> {
  const { question, limits } = record.task();
  const open = question ?? openAtStart.question;
  if (open?.callId === callId) return open.id;
  const askedAt = now();
  const asked: Question = {
    id: newId('question'),
    callId,
    text: input.question,
    options: input.options ?? [],
    ...(input.default === undefined ? {} : { default: input.default }),
    ...(input.about === undefined ? {} : { about: input.about }),
    askedAt,
    expiresAt: askedAt + (limits.questionMs ?? limits.confirmationMs),
  };
  await record.commit([{ type: 'question.asked', at: askedAt, question: asked }]);
  return asked.id;
}
