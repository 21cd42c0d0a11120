// What a function gives back: the multi-line text, the sentence to speak, and the facts behind both.
import { spellTaskId } from '../ids.js';
import { someOf } from '../some-of.js';
import type { Task } from '../task.js';
import { type TaskView, viewTask } from '../view.js';

export type FunctionAnswer = {
  ok: boolean;
  /** A short machine word: `started`, `queued`, `cancelled`, `wrong_code`, … */
  status: string;
  text: string;
  /** For speech: at most two sentences, no markdown, no paths. */
  say: string;
  reasonCode?: string;
  retryable?: boolean;
  task?: TaskView;
  tasks?: TaskView[];
};

export const done = (status: string, text: string, say: string, task?: Task): FunctionAnswer => ({
  ok: true,
  status,
  text,
  say,
  ...(task === undefined ? {} : { task: viewTask(task) }),
});

/** The user can act on it: `reasonCode` tells programs what `text` tells people. */
export const refused = (reasonCode: string, text: string, more: Partial<FunctionAnswer> = {}): FunctionAnswer => ({
  ok: false,
  status: 'error',
  text,
  say: text,
  reasonCode,
  retryable: false,
  ...more,
});

/** So many ids are read, and so many are listened to. */
export const READ_IDS = 10;
const SPOKEN_IDS = 5;

/** Several tasks fit what was said; `count` of them, where not all are named. */
export const whichTask = (ids: readonly string[], count = ids.length): FunctionAnswer =>
  refused('ambiguous_task', `Which task, sir? ${someOf(ids, READ_IDS, count)}.`, {
    say: `Which task, sir? ${someOf(ids.map(spellTaskId), SPOKEN_IDS, count)}.`,
  });

export const NOT_PERMITTED = refused('not_permitted', 'That is not permitted in this conversation, sir.');
export const UNAVAILABLE = refused('unavailable', 'Background task system is not available, sir. Please ensure Redis is running.', {
  retryable: true,
});

/** Sentences are written for "sir"; a host may address its user otherwise, or not at all (''). */
export const addressed = (sentence: string, persona: string): string =>
  persona === 'sir' ? sentence : sentence.replaceAll(', sir', persona === '' ? '' : `, ${persona}`);

export const answerAddressed = (answer: FunctionAnswer, persona: string): FunctionAnswer => ({
  ...answer,
  text: addressed(answer.text, persona),
  say: addressed(answer.say, persona),
});
