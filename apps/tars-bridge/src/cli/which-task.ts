// The one task a command is about: named in any way a task can be named, or the only one that has not ended.
import { findTask, someOf, type Task } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import { EXIT, Stop } from './exit-code.js';

export async function whichTask(store: TaskStore, said: string | undefined): Promise<Task> {
  if (said === undefined) {
    const { tasks: open, count } = await store.open({ limit: NAMED });
    const [only, ...others] = open;
    if (only === undefined) throw new Stop(EXIT.failed, 'No background tasks running, sir. `tars list` shows the ones that have ended.');
    if (others.length > 0)
      throw several(
        open.map(({ id }) => id),
        count,
      );
    return only;
  }
  const found = await findTask(store, said);
  switch (found.kind) {
    case 'one':
      return found.task;
    case 'several':
      throw several(found.ids);
    case 'none':
      throw new Stop(EXIT.usage, `Task not found, sir. (${JSON.stringify(said)}; \`tars list\` shows the ids.)`);
  }
}

/** So many ids a person reads. */
const NAMED = 10;

const several = (ids: readonly string[], count = ids.length) => new Stop(EXIT.usage, `Which task, sir? ${someOf(ids, NAMED, count)}.`);
