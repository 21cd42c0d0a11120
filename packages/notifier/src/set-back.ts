// A task whose telling goes wrong as a whole is tried a few times, then set aside where it can be seen: it holds up nobody, itself least.
import type { Logger } from '@tars/core/log';
import type { Outbox } from '@tars/core/redis';
import { type Backoff, backoffMs } from './backoff.js';

const TRIES = 5;

export type SetBack = { outbox: Outbox; logger: Logger; channel: string; backoff: Backoff; random: () => number; clock: () => number };

/** Notes that telling the task after `cursor` failed with `error`, which is no loss of Redis. */
export async function setBack({ taskId, cursor }: { taskId: string; cursor: number }, error: unknown, given: SetBack): Promise<void> {
  const { outbox, logger, channel, backoff, random, clock } = given;
  const said = { task_id: taskId, channel, error };
  const failures = await outbox.fail(taskId);
  if (failures < TRIES) {
    logger.warn('telling a task failed; it is tried again', said);
    return outbox.postpone(taskId, backoffMs(failures - 1, backoff, random));
  }
  logger.error('a task cannot be told and is set aside', said);
  await outbox.setAside({ taskId, seq: cursor + 1, status: null, at: clock() });
}
