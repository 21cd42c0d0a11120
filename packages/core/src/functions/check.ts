// check_coding_progress: how one task, or every running one, is doing.
import type { Question } from '../confirmation/request.js';
import { spellTaskId } from '../ids.js';
import { oneLine } from '../one-line.js';
import type { Phase } from '../phase.js';
import { spokenProof } from '../proof.js';
import { isSettled } from '../state.js';
import { percentDone, type Task } from '../task.js';
import { viewTask } from '../view.js';
import { done, type FunctionAnswer, refused, whichTask } from './answer.js';
import type { FunctionDeps } from './deps.js';
import { findTask } from './find-task.js';

/** More than this nobody listens to, nor reads in a chat. */
const SHOWN = 10;
/** Of many: more than this nobody keeps in mind. */
const SPOKEN = 3;

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  started: 'getting started',
  planning: 'analyzing code',
  coding: 'coding',
  testing: 'testing',
  fixing: 'fixing',
  complete: 'complete',
  error: 'stopped by an error',
  timeout: 'out of time',
};

export async function check(deps: FunctionDeps, args: { task_id?: string | undefined }): Promise<FunctionAnswer> {
  const { store } = deps;
  if (args.task_id !== undefined && args.task_id.trim() !== '') {
    const found = await findTask(store, args.task_id);
    if (found.kind === 'several') return whichTask(found.ids);
    return found.kind === 'one' ? one(found.task) : refused('unknown_task', 'Task not found, sir.');
  }
  const { tasks: running, count } = await store.open({ limit: SHOWN });
  if (count > SHOWN) return many(store);
  if (running.length > 1) return several(running);
  const [task] = running.length === 1 ? running : await store.list({ limit: 1 });
  return task === undefined ? done('idle', 'No background tasks running, sir.', 'No background tasks running, sir.') : one(task);
}

function one(task: Task): FunctionAnswer {
  const lines = [
    `Task #${task.id}: ${task.state}`,
    `Goal: ${oneLine(task.goal)}`,
    `Progress: ${task.progress}`,
    `Current Phase: ${task.phase}`,
    ...(task.confirmation === null ? [] : [`Waiting for confirmation code for command: ${oneLine(task.confirmation.command)}`]),
    ...(task.question === null ? [] : [`Waiting for an answer to: ${oneLine(task.question.text)}${offered(task.question)}`]),
  ];
  return done(task.state, lines.join('\n'), spoken(task), task);
}

const offered = ({ options }: Question): string =>
  options.length === 0 ? '' : ` (${options.map((option, index) => `${index + 1}. ${oneLine(option)}`).join(', ')})`;

function line(task: Task): string {
  const percent = percentDone(task);
  return `Task ${task.id}: ${percent === null ? '' : `${percent}% complete, `}${doing(task)}...`;
}

const spokenLine = (task: Task): string => `${spellTaskId(task.id)} is ${doing(task)}`;

/** A task that nobody has begun has a phase already, which says nothing. */
function doing({ state, phase, confirmation, question }: Task): string {
  if (confirmation !== null) return 'waiting for your code';
  if (question !== null) return 'waiting for your answer';
  return state === 'started' ? PHASE_WORDS[phase] : state;
}

function several(tasks: readonly Task[]): FunctionAnswer {
  const say = `${tasks.length} tasks are running: ${tasks.map(spokenLine).join(', ')}.`;
  return { ...done('several', tasks.map(line).join('\n'), say), tasks: tasks.map(viewTask) };
}

/** Of more than can be told each: how many do what, and first those that want something of the user. */
async function many(store: FunctionDeps['store']): Promise<FunctionAnswer> {
  const [counts, waiting, started, queued] = await Promise.all([
    store.counts(),
    store.waiting(),
    store.open({ states: ['started'], limit: 2 * SHOWN }),
    store.open({ states: ['queued'], limit: SHOWN }),
  ]);
  const asking = waiting.filter(({ confirmation, question }) => confirmation !== null || question !== null);
  const known = new Map([...asking, ...started.tasks, ...queued.tasks].map((task) => [task.id, task]));
  const shown = [...known.values()].slice(0, SHOWN);
  const open = counts.queued + counts.started + counts.paused;
  const kinds = [
    [asking.length, asking.length === 1 ? 'waits for you' : 'wait for you'],
    [counts.started - counts.waiting, 'at work'],
    [counts.paused - asking.filter(({ state }) => state === 'paused').length, 'paused'],
    [counts.queued, 'queued'],
  ] as const;
  const sums = kinds.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ');
  const text = [`${open} tasks are open: ${sums}.`, ...shown.map(line), `And ${open - shown.length} more.`].join('\n');
  const say = `${open} tasks are open: ${sums}. ${shown.slice(0, SPOKEN).map(spokenLine).join(', ')}.`;
  return { ...done('several', text, say), tasks: shown.map(viewTask) };
}

function spoken(task: Task): string {
  if (task.confirmation !== null) return 'The task waits for your confirmation code, sir.';
  if (task.question !== null) return `The task has a question, sir: ${task.question.text}`;
  if (task.pauseReason === 'day_cost') return 'The task is paused, sir, because what all tasks may cost today is spent.';
  if (task.state === 'paused') return 'The task is paused, sir.';
  if (task.state === 'queued') return 'The task is still queued, sir.';
  if (!isSettled(task.state)) {
    const percent = percentDone(task);
    return `The task is ${PHASE_WORDS[task.phase]}${percent === null ? '' : `, ${percent} percent done`}, sir.`;
  }
  if (task.state === 'finished') return `The task is done, sir. ${task.proof === null ? '' : spokenProof(task.proof)}`.trim();
  return task.state === 'cancelled' ? 'The task was cancelled, sir.' : 'The task did not succeed, sir.';
}
