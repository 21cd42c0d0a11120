// answer_coding_question: the user's words reach the agent that asked.
import { answeredSentence, answerQuestion } from '../answer-question.js';
import { dollars } from '../cost.js';
import { parseOption } from '../parse-option.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';

/** Within this time an answer by voice and the same one handed over by the voice model are one. */
const ECHO_MS = 10_000;
/** All that a task's log ever holds. */
const MAX_EVENTS = 5_000;

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
    case 'nothing_asked':
      if (channel !== 'voice' || !(await wasJustAnswered(store, result.taskId, redact(args.answer?.trim() ?? ''), clock())))
        return refused(result.outcome, sentence);
      return done(
        'answered',
        answeredSentence({ outcome: 'answered', taskId: result.taskId }),
        'Answer received, sir. The task will continue.',
      );
    default:
      return refused(result.outcome, sentence);
  }
}

/** The host has heard it already, and now its model hands over the same words. */
async function wasJustAnswered(store: FunctionDeps['store'], taskId: string, text: string, now: number): Promise<boolean> {
  if (taskId === '') return false;
  const events = (await store.events(taskId, 0, MAX_EVENTS)).map(({ event }) => event);
  const last = events.findLast((event) => event.type === 'question.answered');
  const asked = events.findLast((event) => event.type === 'question.asked');
  if (last === undefined || last.channel !== 'voice' || now - last.at > ECHO_MS) return false;
  return last.text === (parseOption(text, asked?.question.options ?? []) ?? text);
}
