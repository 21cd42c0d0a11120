// Which task the user means, by id, by spelling, by "latest", by a word of its goal, or by there being only one.
import { parseTaskId } from '../parse-task-id.js';
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';

export type FoundTask = { kind: 'one'; task: Task } | { kind: 'none' } | { kind: 'several'; ids: string[] };

export async function findTask(store: TaskStore, said: string): Promise<FoundTask> {
  const exact = await store.read(said.trim().toLowerCase().replace(/^#/, ''));
  if (exact !== null) return { kind: 'one', task: exact };
  // What still runs is meant before what has ended: the goal of an old task may hold the same word.
  for (const look of [store.goals, store.list]) {
    const parsed = parseTaskId(said, await look());
    if (parsed.kind === 'several') return { kind: 'several', ids: parsed.ids };
    const task = parsed.kind === 'one' ? await store.read(parsed.id) : null;
    if (task !== null) return { kind: 'one', task };
  }
  return { kind: 'none' };
}
