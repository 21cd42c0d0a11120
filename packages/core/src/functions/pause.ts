// pause_coding_task: nothing new begins; "paused" is said only once the running step has ended.
import { spellTaskId } from '../ids.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { isAnswer, meantTask } from './meant-task.js';
import { waitForTask } from './wait-for-task.js';

type Deps = Pick<FunctionDeps, 'store' | 'news' | 'clock'>;

const rests = ({ state }: Task): boolean => state === 'paused' || isSettled(state);

export async function pause(deps: Deps, args: { task_id?: string | undefined }, context: CallContext): Promise<FunctionAnswer> {
  const { store } = deps;
  const meant = await meantTask(store, args.task_id, {
    states: ['queued', 'started'],
    none: 'No background tasks running, sir.',
  });
  if (isAnswer(meant)) return meant;
  const paused = (await pausedHere(deps, meant, context)) ?? (await pausedByWorker(deps, meant, context));
  return 'ok' in paused ? paused : answerFor(paused);
}

/** A task nobody holds is paused at once; null when it is held, be it since a moment ago. */
async function pausedHere({ store, clock }: Deps, task: Task, by: CallContext): Promise<Task | null> {
  if (task.state === 'paused' || isSettled(task.state) || (await store.isHeld(task.id))) return null;
  const at = clock();
  const { channel } = by;
  const events = [
    { type: 'pause.requested', at, channel },
    { type: 'task.paused', at, channel, attempt: task.attempt },
  ] as const;
  const done = await store.commit(task.id, { as: { role: 'outsider' }, events, by });
  return done.kind === 'committed' ? done.task : null;
}

async function pausedByWorker(deps: Deps, { id }: Task, by: CallContext): Promise<Task | FunctionAnswer> {
  const { store, clock } = deps;
  const events = [{ type: 'pause.requested', at: clock(), channel: by.channel } as const];
  const asked = await store.commit(id, { as: { role: 'outsider' }, events, by });
  if (asked.kind === 'refused') return notPausable(asked.task);
  return (await waitForTask(deps, id, rests)) ?? refused('unknown_task', 'Task not found, sir.');
}

function answerFor(task: Task): FunctionAnswer {
  const { id } = task;
  if (isSettled(task.state)) return refused('already_ended', `Task ${id} ended (${task.state}) before it could be paused, sir.`);
  if (task.state === 'paused') return done('paused', `Task ${id} paused, sir.`, `Task ${spellTaskId(id)} paused, sir.`, task);
  const text = `Task ${id} pauses as soon as its running step has ended, sir.`;
  return done('pausing', text, 'It pauses as soon as its running step has ended, sir.', task);
}

function notPausable({ id, state, cancelRequested }: Task): FunctionAnswer {
  if (isSettled(state))
    return refused('already_ended', `Task ${id} has already ended (${state}), sir.`, { say: 'That task has already ended, sir.' });
  if (cancelRequested) return refused('being_cancelled', `Task ${id} is being cancelled, sir.`);
  const how = state === 'paused' ? 'paused' : 'being paused';
  return refused('already_paused', `Task ${id} is ${how} already, sir.`, { say: `That task is ${how} already, sir.` });
}
