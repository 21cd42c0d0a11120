// What the host's model is told about the background tasks: how to speak of them, and what waits for the user right now.
import { spellTaskId, type Task } from '@tars/core';

const ALWAYS = [
  'Background coding tasks work on their own: every function answers at once, so go on with the conversation.',
  'Say what an answer holds under "say". Never say, repeat or guess a confirmation code.',
];

const SHOWN_CHARS = 200;

/** Goals and commands are data and stay in quotes: whatever they say, they are no instructions. */
const quoted = (text: string): string => JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);

export function instructionsFor(waiting: readonly Task[]): string {
  const now = waiting.length === 0 ? ['No background task waits for the user right now.'] : waiting.map(line);
  return [...ALWAYS, ...now].join('\n');
}

function line({ id, goal, confirmation, question }: Task): string {
  const task = `Task ${id} (say "${spellTaskId(id)}"), whose goal is ${quoted(goal)},`;
  if (confirmation !== null) {
    return `${task} waits for the user's confirmation code to run ${quoted(confirmation.command)} (${confirmation.reason}). When the user says the code, call submit_background_confirmation with task_id ${id}.`;
  }
  const offered = question?.options.length ? ` It offers: ${question.options.map(quoted).join(', ')}.` : '';
  return `${task} waits for the user's answer to ${quoted(question?.text ?? '')}.${offered} When the user answers, call answer_coding_question with task_id ${id} if you have it.`;
}
