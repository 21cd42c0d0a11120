// resume_coding_task: a paused task goes on where it stopped.
import { costCap, dayOf, dollars } from '../cost.js';
import { spellTaskId } from '../ids.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { isAnswer, meantTask } from './meant-task.js';
import { requeued } from './requeued.js';

type Deps = Pick<FunctionDeps, 'redis' | 'store' | 'bell' | 'clock'>;

export async function resume(deps: Deps, args: { task_id?: string | undefined }, context: CallContext): Promise<FunctionAnswer> {
  const { store, clock } = deps;
  const { channel } = context;
  const meant = await meantTask(store, args.task_id, {
    states: ['paused'],
    orStarted: ({ pauseRequested }) => pauseRequested,
    none: 'No background task is paused, sir.',
  });
  if (isAnswer(meant)) return meant;
  const events = [{ type: 'task.resumed', at: clock(), channel } as const];
  const resumed = await store.commit(meant.id, { as: { role: 'outsider' }, events, by: context });
  // It would pause again at once: whoever resumes it wants the money spent.
  if (resumed.kind === 'committed' && meant.pauseReason === 'day_cost') await store.letPass(dayOf(clock()));
  if (resumed.kind === 'refused') return notResumable(resumed.task);
  if (resumed.kind !== 'committed') return refused('unknown_task', 'Task not found, sir.');
  const { task } = resumed;
  const more = moreAllowed(meant, task);
  const answer = {
    status: 'resumed',
    text: `Task ${task.id} resumed, sir.${more}`,
    say: `Task ${spellTaskId(task.id)} resumed, sir.${more}`,
  };
  // It had not stopped yet: the wish to pause was taken back.
  return task.state === 'started' ? done(answer.status, answer.text, answer.say, task) : requeued(deps, task, answer);
}

/** What a resume means for the money, where that was why it paused. */
function moreAllowed({ pauseReason }: Task, resumed: Task): string {
  if (pauseReason === null) return '';
  return pauseReason === 'cost' ? ` It may cost ${dollars(costCap(resumed))} now.` : ' As much again may be spent today.';
}

function notResumable({ id, state }: Task): FunctionAnswer {
  if (!isSettled(state)) {
    return refused('not_paused', `Task ${id} is not paused, sir; it is ${state}.`, { say: 'That task is not paused, sir.' });
  }
  const wayOn = state === 'finished' ? 'Tell it what else to do.' : 'Retry it, or tell it what else to do.';
  return refused('already_ended', `Task ${id} has already ended (${state}), sir. ${wayOn}`, { say: 'That task has already ended, sir.' });
}
