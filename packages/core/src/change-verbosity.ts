// How much the owner is told of a task, changed while it runs: it counts for every event after this one.
import type { Channel } from './event.js';
import type { TaskStore } from './redis/store.js';
import { isSettled } from './state.js';

export type VerbosityChange = 'changed' | 'unchanged' | 'ended' | 'unknown_task';

export async function changeVerbosity(
  store: Pick<TaskStore, 'commit'>,
  { taskId, verbose, channel, at }: { taskId: string; verbose: boolean; channel: Channel; at: number },
): Promise<VerbosityChange> {
  const done = await store.commit(taskId, { as: { role: 'outsider' }, events: [{ type: 'verbosity.changed', at, verbose, channel }] });
  switch (done.kind) {
    case 'committed':
      return 'changed';
    case 'refused':
      return isSettled(done.task.state) ? 'ended' : 'unchanged';
    default:
      return 'unknown_task';
  }
}
