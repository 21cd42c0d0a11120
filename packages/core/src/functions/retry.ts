// retry_coding_task: a task that did not succeed is tried again from where it stood, with fresh limits.
import { spellTaskId } from '../ids.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { type FunctionAnswer, refused } from './answer.js';
import { continueEnded } from './continue-ended.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { isAnswer, meantTask } from './meant-task.js';
import { requeued } from './requeued.js';

export async function retry(deps: FunctionDeps, args: { task_id?: string | undefined }, context: CallContext): Promise<FunctionAnswer> {
  if (!args.task_id?.trim()) return refused('missing_argument', 'Which task, sir? Please say which one to try again.');
  const meant = await meantTask(deps.store, args.task_id, { none: '' });
  if (isAnswer(meant)) return meant;
  const retried = await continueEnded(deps, meant, context);
  if (retried.kind === 'refused') return notRetriable(retried.task);
  if (retried.kind !== 'committed') return refused('unknown_task', 'Task not found, sir.');
  const { id } = retried.task;
  return requeued(deps, retried.task, {
    status: 'retried',
    text: `Task ${id} is tried again, sir, with fresh limits.`,
    say: `Task ${spellTaskId(id)} is tried again, sir.`,
  });
}

function notRetriable({ id, state }: Task): FunctionAnswer {
  if (!isSettled(state)) {
    const wayOn = state === 'paused' ? ' Resume it instead.' : '';
    return refused('not_ended', `Task ${id} has not ended, sir; it is ${state}.${wayOn}`, { say: 'That task has not ended, sir.' });
  }
  return refused('finished', `Task ${id} is finished, sir: there is nothing to try again. Tell it what else to do.`, {
    say: 'That task is finished, sir. Tell it what else to do.',
  });
}
