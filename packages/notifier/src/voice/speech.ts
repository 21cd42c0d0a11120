// What is said in a call: when a code is needed, and when a task has ended.
import { type Channel, type ConfirmationRequest, type Event, type EventOf, type Question, shown, spellTaskId } from '@tars/core';
import { plainSentence } from './plain.js';

/** More than this is not understood by ear. */
const MAX_COMMAND_WORDS = 12;
const DETAILS = 'The details are on Discord.';

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Sentences are written as "Sir, the task …"; a host may address its user otherwise, or not at all (''). */
const addressed = (persona: string, rest: string): string => {
  const text = persona === '' ? rest : `${persona}, ${rest}`;
  return capital(text);
};

function need({ command, reason, effect }: ConfirmationRequest): string {
  const line = command.trim().replace(/\s+/g, ' ');
  const isLong = line.split(' ').length > MAX_COMMAND_WORDS;
  // What would be heard is not what would run.
  const isDisguised = shown(line) !== line;
  const what =
    isLong || isDisguised
      ? `I need to run a ${isLong ? 'long command' : 'command that cannot be said'}; the full command is on Discord.${effectInWords(effect)}`
      : `I need to run: ${line}.`;
  return `${what} This is needed to ${reason}. Please provide your confirmation code.`;
}

function effectInWords(effect: string | undefined): string {
  const sentence = effect === undefined ? null : plainSentence(effect);
  return sentence === null ? '' : ` What it does: ${sentence}`;
}

/** Said in a call when the answer came on another channel. */
export function answeredSpeech(taskId: string, { outcome, channel }: EventOf<'confirmation.answered'>, persona: string): string {
  const task = `task ${spellTaskId(taskId)}`;
  switch (outcome) {
    case 'approved':
      return addressed(persona, `the code was given ${WHERE[channel]}. ${capital(task)} goes on.`);
    case 'denied':
      return addressed(persona, `that was denied ${WHERE[channel]}. ${capital(task)} goes on without it.`);
    case 'locked':
      return addressed(persona, `too many wrong codes were given ${WHERE[channel]}. ${capital(task)} goes on without that command.`);
    case 'expired':
      return addressed(persona, `no confirmation code came in time for ${task}. The command was not run.`);
  }
}

const WHERE: Readonly<Record<Channel, string>> = {
  voice: 'here',
  discord: 'on Discord',
  http: 'elsewhere',
  cli: 'at the terminal',
  worker: 'by TARS itself',
};

export const confirmationSpeech = (asked: ConfirmationRequest, persona: string): string =>
  addressed(persona, `the background programming task needs your confirmation code. ${need(asked)}`);

export const reminderSpeech = (asked: ConfirmationRequest, persona: string): string =>
  addressed(persona, `the background programming task is still waiting for your confirmation code. ${need(asked)}`);

const NUMBERS = ['One', 'Two', 'Three', 'Four', 'Five'];

/** A question with its options by number, so that a number answers it; what cannot be said is on Discord. */
export function questionSpeech({ text, options, about }: Question, persona: string): string {
  const choices = options.map((option, index) => `${NUMBERS[index] ?? index + 1}: ${plainSentence(option) ?? 'see Discord.'}`);
  const asked = about === undefined ? 'asks' : 'needs your word';
  return addressed(persona, `the background programming task ${asked}: ${[plainSentence(text) ?? DETAILS, ...choices].join(' ')}`);
}

export const questionReminderSpeech = (asked: Question, persona: string): string =>
  addressed(persona, `I am still waiting for your answer. ${capital(questionSpeech(asked, ''))}`);

/** Null for what is not an end, or as good as one for today, and for a cancel that was spoken: the caller had its answer then. */
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
    case 'task.paused':
      // It goes on by itself, but not today.
      return event.reason === 'day_cost' ? addressed(persona, `${task} is paused, because what all tasks may cost today is spent.`) : null;
    case 'task.cancelled':
      return event.channel === 'voice' ? null : addressed(persona, `${task} was cancelled.`);
    default:
      return null;
  }
}
