// list_coding_tasks: the tasks that run or ran, newest first, one line each.
import { spellTaskId } from '../ids.js';
import { STATES } from '../state.js';
import type { Task } from '../task.js';
import { viewTask } from '../view.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { FunctionDeps } from './deps.js';

/** More than this nobody listens to, nor reads in a chat. */
const SHOWN = 10;

export async function list({ store }: FunctionDeps, args: { state?: string | undefined }): Promise<FunctionAnswer> {
  const said = args.state?.trim().toLowerCase() ?? '';
  const state = STATES.find((known) => known === said);
  if (said !== '' && state === undefined) {
    return refused('bad_state', `There is no state ${JSON.stringify(said)}, sir. There are: ${STATES.join(', ')}.`, {
      say: 'I do not know that state, sir.',
    });
  }
  const page = await store.page({ limit: SHOWN, ...(state === undefined ? {} : { state }) });
  const { tasks, more } = page ?? { tasks: [], more: 0 };
  if (tasks.length === 0) {
    const none = state === undefined ? 'There are no background tasks yet, sir.' : `No background task is ${state}, sir.`;
    return { ...done('empty', none, none), tasks: [] };
  }
  const lines = [...tasks.map(line), ...(more === 0 ? [] : [`And ${more} older ${more === 1 ? 'one' : 'ones'}.`])];
  return { ...done('listed', lines.join('\n'), spoken(tasks, more)), tasks: tasks.map(viewTask) };
}

const line = (task: Task): string => `Task ${task.id}: ${task.state}, ${task.goal}${waiting(task)}`;

const waiting = ({ confirmation, question }: Task): string =>
  confirmation !== null ? ' (waits for a confirmation code)' : question !== null ? ' (waits for an answer)' : '';

function spoken(tasks: readonly Task[], more: number): string {
  const [latest] = tasks;
  const all = tasks.length + more;
  const count = all === 1 ? 'There is one task' : `There are ${all} tasks`;
  return latest === undefined ? `${count}, sir.` : `${count}, sir; the latest, ${spellTaskId(latest.id)}, is ${latest.state}.`;
}
