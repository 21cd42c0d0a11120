// Taking back what a task did: asked for here, done by the worker that has the project, told only once it is so.
import { deferred } from '../deferred.js';
import type { Channel } from '../event.js';
import { newId, spellTaskId } from '../ids.js';
import type { Redis } from '../redis/connect.js';
import { type News, RECHECK_MS } from '../redis/news.js';
import { alive } from '../redis/presence.js';
import type { TaskStore } from '../redis/store.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { isUndoing, UNDO_WAIT_MS, undoneText, undoRefusalText } from '../undo.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import { isAnswer, meantTask } from './meant-task.js';

export type UndoDeps = { store: TaskStore; redis: Redis; news: News; clock: () => number };
export type UndoWish = {
  /** The task as people name it. */
  said: string;
  /** `7`: before turn 7; `7.2`: before its second call; `redo`: before the last undo; nothing: before the task. */
  to?: string | undefined;
  /** Also over what the owner has changed since. */
  force?: boolean | undefined;
  /** How long to wait for the worker. */
  waitMs: number;
};
export type UndoCaller = { channel: Channel; credential?: string | undefined; sessionId?: string | undefined };

/** Where no worker is known to live, one may have begun a moment ago. */
const LOST_MS = 2_000;
const PLACE = /^(redo|[1-9]\d{0,3}(\.[1-9]\d{0,2})?)$/;

export async function undoTask(deps: UndoDeps, { said, to, force = false, waitMs }: UndoWish, by: UndoCaller): Promise<FunctionAnswer> {
  const { store, clock } = deps;
  if (to !== undefined && !PLACE.test(to))
    return refused('bad_place', 'To which place, sir? A turn as `tars logs` numbers them (7, or 7.2 for its second call), or redo.');
  const meant = await meantTask(store, said, { none: 'Task not found, sir.' });
  if (isAnswer(meant)) return meant;
  const { id } = meant;
  if (!isSettled(meant.state) && meant.state !== 'paused')
    return refused('still_running', `Task ${id} has not ended, sir. Cancel or pause it first, then undo it.`);
  if (meant.attempt === 0) return refused('nothing_done', `Task ${id} never began, sir: there is nothing to undo.`);

  if (meant.repository !== null) return refused('isolated', `Task ${id} was not undone, sir: ${undoRefusalText('isolated')}.`);

  const requestId = newId('undo');
  const asked = await store.commit(id, {
    as: { role: 'outsider' },
    events: [{ type: 'undo.requested', at: clock(), requestId, to: to ?? null, force, channel: by.channel }],
    by,
  });
  if (asked.kind === 'refused') {
    return isUndoing(asked.task.undo, clock())
      ? refused('already_undoing', `Task ${id} is being undone already, sir.`)
      : refused('still_running', `Task ${id} goes on, sir. Cancel or pause it first, then undo it.`);
  }
  if (asked.kind !== 'committed') return refused('unknown_task', 'Task not found, sir.');
  const isThere = await hasWorker(deps, asked.task);
  const answered = await untilAnswered(deps, id, requestId, isThere ? waitMs : Math.min(waitMs, LOST_MS));
  return answered === null ? notYet(asked.task, isThere) : answerFor(answered);
}

function answerFor(task: Task): FunctionAnswer {
  const { id, undo } = task;
  const outcome = undo?.outcome;
  if (outcome?.kind === 'done') {
    const left = outcome.left.map((path) => `\n- not put back: ${path}`).join('');
    const text = `Task ${id} undone, sir: ${undoneText(outcome)}.${left}`;
    return done('undone', text, `Task ${spellTaskId(id)} undone, sir.`, task);
  }
  if (outcome === undefined || outcome === null) return refused('already_undoing', `Task ${id} is being undone by somebody else, sir.`);
  const why = undoRefusalText(outcome.reason);
  const paths = outcome.paths.map((path) => `\n- ${path}`).join('');
  const way =
    outcome.reason === 'changed_since' ? '\nWith force they are put back too; what is there now is kept, and `redo` brings it back.' : '';
  return refused(outcome.reason, `Task ${id} was not undone, sir: ${why}.${paths}${way}`, { say: `That was not undone, sir: ${why}.` });
}

/** Whether a worker lives where the project is. */
const hasWorker = async ({ redis }: UndoDeps, { pool, host }: Task): Promise<boolean> =>
  (await alive(redis, 'worker')).some((worker) => worker.pool === pool && (host === null || worker.host === host));

/** Which worker it waits for, and until when. */
function notYet(task: Task, isThere: boolean): FunctionAnswer {
  const { id, host } = task;
  const minutes = UNDO_WAIT_MS / 60_000;
  const text = isThere
    ? `The undo of task ${id} is under way, sir; its worker has not answered yet.`
    : `The undo of task ${id} waits, sir: no worker is running on ${host ?? 'its machine'}. It is done if one starts within ${minutes} minutes.`;
  return {
    ...done('undoing', text, isThere ? 'I am undoing it, sir.' : 'It waits for a worker on its machine, sir.', task),
    retryable: true,
  };
}

async function untilAnswered({ store, news }: UndoDeps, id: string, requestId: string, waitMs: number): Promise<Task | null> {
  const answered = deferred<Task | null>();
  const look = () => {
    store.read(id).then((task) => {
      if (task === null || task.undo?.requestId !== requestId || task.undo.outcome !== null) answered.resolve(task);
    }, answered.reject);
  };
  const stop = news.listen(({ taskId }) => taskId === id && look());
  // Hints may be lost.
  const recheck = setInterval(look, RECHECK_MS / 2);
  const late = setTimeout(() => answered.resolve(null), waitMs);
  look();
  try {
    return await answered.promise;
  } finally {
    clearInterval(recheck);
    clearTimeout(late);
    stop();
  }
}
