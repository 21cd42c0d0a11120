// Listens to what the user says while a task waits: a code, a no or a chosen option is acted on, and no code is left in what the host keeps.
import {
  addressed,
  answeredSentence,
  answerQuestion,
  createRedactor,
  parseAnswer,
  parseOption,
  submittedSentence,
  type Task,
  within,
} from '@tars/core';
import { type Control, isConnectionLoss } from '@tars/core/redis';

export type Heard = {
  kind: 'code' | 'deny' | 'answer' | 'none';
  /** The utterance without any code: the only form of it the host may store or send on. */
  redacted: string;
  /** What to say to the user about it. */
  reply?: string;
};

type HearOptions = { control: Control | null; secrets: readonly string[]; persona: string; sessionId: string };

/** A conversation does not stand still for a Redis that has fallen silent. */
const ANSWER_MS = 5_000;
/** Later than this after a question, "the second one" may be about anything. */
const FRESH_MS = 2 * 60_000;

export async function hear(utterance: string, options: HearOptions): Promise<Heard> {
  const { control, secrets } = options;
  const nothing: Heard = { kind: 'none', redacted: createRedactor(secrets)(utterance) };
  if (control === null) return nothing;
  try {
    return (await within(ANSWER_MS, 'Redis', actOn(utterance, control, options))) ?? nothing;
  } catch (error) {
    if (control.redis.isReady && !isConnectionLoss(error)) throw error;
    return nothing;
  }
}

/** Null when nothing waits, or the utterance is no answer. */
async function actOn(utterance: string, { store, confirmations }: Control, options: HearOptions): Promise<Heard | null> {
  const { secrets, persona, sessionId } = options;
  const asking = await store.waiting();
  const waiting = asking.filter((task) => task.confirmation !== null);
  if (waiting.length === 0) return chosen(utterance, store, asking, options);
  const answer = parseAnswer(utterance, { taskIds: asking.map(({ id }) => id) });
  switch (answer.kind) {
    case 'none':
      return chosen(utterance, store, asking, options);
    case 'code': {
      const { code } = answer;
      // Named, so that the voice model's own call with the same code counts as the same answer.
      const [only, second] = waiting;
      const taskId = answer.taskId ?? (second === undefined ? only?.id : undefined);
      const result = await confirmations.submit({ taskId, code, channel: 'voice', sessionId });
      // A wrong code may be the code of something else: it is taken out as well.
      const redacted = createRedactor([...secrets, code])(utterance);
      return { kind: 'code', redacted, reply: addressed(submittedSentence(result), persona) };
    }
    case 'deny': {
      const { taskId, because } = answer;
      const result = await confirmations.deny({ taskId, because, channel: 'voice', sessionId });
      return { kind: 'deny', redacted: createRedactor(secrets)(utterance), reply: addressed(submittedSentence(result), persona) };
    }
  }
}

/** One of the options of what was asked a moment ago, said as such; any other words are for the voice model to judge. */
async function chosen(utterance: string, store: Control['store'], waiting: readonly Task[], options: HearOptions): Promise<Heard | null> {
  const { secrets, persona } = options;
  const [asking, second] = waiting.filter(({ question }) => question !== null);
  if (asking?.question == null || second !== undefined) return null;
  const { id: questionId, askedAt, remindedAt = askedAt, options: offered } = asking.question;
  const at = Date.now();
  if (at - remindedAt > FRESH_MS || parseOption(utterance, offered) === null) return null;
  const redact = createRedactor(secrets);
  const result = await answerQuestion(store, { taskId: asking.id, questionId, text: utterance, channel: 'voice', redact, at, by: options });
  return { kind: 'answer', redacted: redact(utterance), reply: addressed(answeredSentence(result), persona) };
}
