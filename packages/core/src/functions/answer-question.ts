// answer_coding_question: the user's words reach the agent that asked.
import { answeredSentence, answerQuestion } from '../answer-question.js';
import { dollars } from '../cost.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';

export type QuestionArguments = { task_id?: string | undefined; answer?: string | undefined };

export async function answerAsked(deps: FunctionDeps, args: QuestionArguments, context: CallContext): Promise<FunctionAnswer> {
  const { store, redact, clock } = deps;
  const { channel } = context;
  const taskId = args.task_id?.trim() || undefined;
  const result = await answerQuestion(store, { taskId, text: args.answer ?? '', channel, redact, at: clock(), by: context });
  const sentence = answeredSentence(result);
  switch (result.outcome) {
    case 'answered':
      return done('answered', sentence, 'Answer received, sir. The task will continue.');
    case 'goes_on':
      return done('answered', sentence, `It goes on, sir. It may cost ${dollars(result.capMicros)} now.`);
    case 'stopped':
      return done('answered', sentence, 'It has ended at its cost limit, sir.');
    default:
      return refused(result.outcome, sentence);
  }
}
