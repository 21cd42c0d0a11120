// Taking ownership of one task: whether it may be taken, and the death of whatever an earlier attempt left here.
import { randomUUID } from 'node:crypto';
import { isSettled, MAX_CRASHES, type ProcessRef, type Task, type TranscriptRecord, type WorkerRef } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import type { TaskStore } from '@tars/core/redis';
import type { HeardBefore } from '../protocol.js';
import { killTree, processStartTime } from '../shell/process-tree.js';
import { heardBefore } from './heard-before.js';
import type { QueueNotices } from './queue-notices.js';

/** How far back an answer is looked for that no attempt has heard. */
const RECENT_EVENTS = 1_000;

export type Claimed = {
  task: Task;
  /** The claim's own sequence number: what comes after it is news. */
  seq: number;
  nonce: string;
  transcript: TranscriptRecord[];
  heard: HeardBefore | null;
};

/** Null when it is somebody else's, not to be had, or was ended instead. */
export type ClaimTask = (taskId: string) => Promise<Claimed | null>;

export function createClaimTask(options: {
  /** Who claims. */
  worker: Omit<WorkerRef, 'tree'>;
  onHostLoss: Config['onHostLoss'];
  store: TaskStore;
  notices: QueueNotices;
  logger: Logger;
}): ClaimTask {
  const { worker, onHostLoss, store, notices, logger } = options;

  /** False when something of the earlier attempt is alive after all. */
  const killLeftOvers = async (taskId: string, previous: WorkerRef | null): Promise<boolean> => {
    if (previous === null) return true;
    const roots = previous.host === worker.host ? await stillTheSame(previous.tree) : [];
    const { survivors } = await killTree(taskId, roots, { graceMs: 0 });
    if (survivors.length > 0) logger.error('processes of an earlier attempt survive', { task_id: taskId, survivors });
    return survivors.length === 0;
  };

  return async (taskId) => {
    const before = await store.read(taskId);
    if (before === null || isSettled(before.state)) return null;
    const previous = before.worker;
    const elsewhere = previous !== null && previous.host !== worker.host;
    if (elsewhere && onHostLoss === 'wait') return null;
    const nonce = randomUUID();
    const at = Date.now();
    const as = { role: 'claim', nonce } as const;
    const afterCrash = previous !== null;

    const end = hopeless(before, elsewhere && onHostLoss === 'fail');
    if (end !== null) {
      const done = await store.commit(taskId, { as, events: [{ type: 'task.failed', at, ...end }] });
      if (done.kind === 'committed') await killLeftOvers(taskId, previous);
      return null;
    }

    const text = `Worker restarted, task #${taskId} continues at turn ${before.turns}.`;
    const done = await store.commit(taskId, {
      as,
      events: [
        { type: 'task.claimed', at, attempt: before.attempt + 1, worker: { ...worker, tree: [] }, afterCrash },
        ...(afterCrash ? [{ type: 'notice.given', at, notice: 'worker_restarted', text } as const] : []),
      ],
    });
    if (done.kind === 'behind') await notices.behind(taskId, done.id);
    if (done.kind !== 'committed') return null;
    const { task, seq } = done;
    // Nobody acts for the task while anything of the attempt before may still run.
    if (!(await killLeftOvers(taskId, previous))) {
      await store.commit(taskId, { as: { role: 'owner', nonce }, events: [], release: true });
      return null;
    }
    const [transcript, log] = await Promise.all([
      store.transcript(taskId),
      before.attempt === 0 ? [] : store.events(taskId, Math.max(0, seq - RECENT_EVENTS)),
    ]);
    return { task, seq, nonce, transcript, heard: heardBefore(log) };
  };
}

/** Why the task is not worth another attempt; null when it is. */
function hopeless({ worker, crashes }: Task, lost: boolean): { reason: string; message: string } | null {
  if (worker === null) return null;
  if (lost) return { reason: 'host_lost', message: `The machine ${worker.host} that ran the task is gone.` };
  if (crashes + 1 < MAX_CRASHES) return null;
  return { reason: 'poison', message: `The worker died ${MAX_CRASHES} times on this task.` };
}

/** The processes that are still the ones named: a number may have been given to somebody else since. */
async function stillTheSame(tree: readonly ProcessRef[]): Promise<number[]> {
  const checked = await Promise.all(tree.map(async ({ pid, startTime }) => ((await processStartTime(pid)) === startTime ? [pid] : [])));
  return checked.flat();
}
