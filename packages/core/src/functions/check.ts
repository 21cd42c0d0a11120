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
  const running = await store.unsettled();
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

function several(tasks: readonly Task[]): FunctionAnswer {
  const lines = tasks.map((task) => {
    const percent = percentDone(task);
    return `Task ${task.id}: ${percent === null ? '' : `${percent}% complete, `}${PHASE_WORDS[task.phase]}...`;
  });
  const say = `${tasks.length} tasks are running: ${tasks.map((task) => `${spellTaskId(task.id)} is ${PHASE_WORDS[task.phase]}`).join(', ')}.`;
  return { ...done('several', lines.join('\n'), say), tasks: tasks.map(viewTask) };
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
