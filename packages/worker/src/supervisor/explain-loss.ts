// Why a task was stopped here though it has not ended: said once, in the log, in words the operator can act on.
import { within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import { redisTrouble, type TaskStore } from '@tars/core/redis';

const ANSWER_MS = 2_000;

/** For a claim that was fenced, once all it had started is dead: `stopped` processes. */
export async function explainLoss(store: Pick<TaskStore, 'read'>, id: string, stopped: number, logger: Logger): Promise<void> {
  try {
    const task = await within(ANSWER_MS, 'Redis', store.read(id));
    if (task === null)
      logger.error('Redis does not know the task any more (was it emptied?): it was stopped here and cannot go on', { stopped });
    else logger.warn('another attempt has the task now, or may soon have it: it was stopped here', { stopped, attempt: task.attempt });
  } catch (err) {
    const trouble = redisTrouble(err) ?? 'The task could not be read.';
    logger.warn(`the task was stopped here, because Redis took nothing for too long; it goes on later. ${trouble}`, { stopped, err });
  }
}
