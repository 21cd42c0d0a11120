// Whether a reply that came in by the webhook answers what an agent asked, rather than a request for a code.
import { findTask, type ParsedAnswer } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';

type Meant = { taskId: string | undefined; confirmationId: string | undefined; questionId: string | undefined };

/** A code and a no go to what waits for them; where nothing does, they are words like any other. */
export async function answersQuestion(
  store: TaskStore,
  { taskId, confirmationId, questionId }: Meant,
  said: ParsedAnswer,
): Promise<boolean> {
  if (confirmationId !== undefined) return false;
  if (questionId !== undefined) return true;
  if (taskId !== undefined) {
    const found = await findTask(store, taskId);
    return found.kind === 'one' && found.task.confirmation === null && found.task.question !== null;
  }
  const open = await store.waiting();
  if (!open.some(({ question }) => question !== null)) return false;
  return said.kind === 'none' || !open.some(({ confirmation }) => confirmation !== null);
}
