// What is said in a call: when a code is needed, and when a task has ended.
import { type ConfirmationRequest, type Event, spellTaskId } from '@tars/core';
import { plainSentence } from './plain.js';

/** More than this is not understood by ear. */
const MAX_COMMAND_WORDS = 12;
const DETAILS = 'The details are on Discord.';

/** Sentences are written as "Sir, the task …"; a host may address its user otherwise, or not at all (''). */
const addressed = (persona: string, rest: string): string => {
  const text = persona === '' ? rest : `${persona}, ${rest}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};

function need({ command, reason }: ConfirmationRequest): string {
  const line = command.trim().replace(/\s+/g, ' ');
  const what =
    line.split(' ').length > MAX_COMMAND_WORDS
      ? 'I need to run a long command; the full command is on Discord.'
      : `I need to run: ${line}.`;
  return `${what} This is needed to ${reason}. Please provide your confirmation code.`;
}

export const confirmationSpeech = (asked: ConfirmationRequest, persona: string): string =>
  addressed(persona, `the background programming task needs your confirmation code. ${need(asked)}`);

export const reminderSpeech = (asked: ConfirmationRequest, persona: string): string =>
  addressed(persona, `the background programming task is still waiting for your confirmation code. ${need(asked)}`);

/** Null for what is not an end, and for a cancel that was spoken: the caller had its answer then. */
export function endingSpeech(taskId: string, event: Event, persona: string): string | null {
  const task = `task ${spellTaskId(taskId)}`;
  switch (event.type) {
    case 'task.finished':
      return addressed(persona, `${task} is finished. ${plainSentence(event.proof.sentence) ?? DETAILS}`);
    case 'task.failed':
      return addressed(persona, `${task} failed. ${plainSentence(event.message) ?? DETAILS}`);
    case 'task.timed_out':
      return addressed(
        persona,
        `${task} reached its time limit of ${event.minutes} ${event.minutes === 1 ? 'minute' : 'minutes'}. ${DETAILS}`,
      );
    case 'task.cancelled':
      return event.channel === 'voice' ? null : addressed(persona, `${task} was cancelled.`);
    default:
      return null;
  }
}
