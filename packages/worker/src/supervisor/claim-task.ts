// Taking ownership of one task: whether it may be taken, and the death of whatever an earlier attempt left here.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Event, isSettled, MAX_CRASHES, type Task, type TranscriptRecord, type WorkerRef } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { type Author, type Committed, isConnectionLoss, NewerRecordError, type TaskStore } from '@tars/core/redis';
import type { HeardBefore } from '../protocol.js';
import { killAttempts } from '../shell/process-tree.js';
import { isDead } from './dead-holder.js';
import { heardBefore } from './heard-before.js';
import type { QueueNotices } from './queue-notices.js';

/** How far back an answer is looked for that no attempt has heard. */
const RECENT_EVENTS = 1_000;
const RETRY_MS = 250;
const MOST_TRIES = 20;

export type Claimed = {
  task: Task;
  /** The claim's own sequence number: what comes after it is news. */
  seq: number;
  nonce: string;
  /** Since when the lease runs at the latest, as `performance.now()` counts. */
  leasedAt: number;
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

  /** False when something of an earlier attempt is alive after all. */
  const killLeftOvers = async ({ id, createdAt, attempt, worker: previous }: Task): Promise<boolean> => {
    if (attempt === 0) return true;
    const roots = previous !== null && previous.host === worker.host ? previous.tree : [];
    const { survivors } = await killAttempts({ taskId: id, since: createdAt, upTo: attempt, roots }, { graceMs: 0 });
    if (survivors.length > 0) logger.error('processes of an earlier attempt survive', { task_id: id, survivors });
    return survivors.length === 0;
  };

  const commit = (taskId: string, as: Extract<Author, { role: 'claim' }>, events: readonly Event[]): Promise<Committed> =>
    patiently(() => store.commit(taskId, { as, id: as.nonce, events }));

  /** The sweep comes by every two seconds. */
  const left = new Set<string>();
  /** A newer worker's: it waits for one. */
  const leave = (taskId: string, error: unknown): null => {
    if (!(error instanceof NewerRecordError)) throw error;
    if (!left.has(taskId)) logger.warn(error.message, { task_id: taskId });
    left.add(taskId);
    return null;
  };

  return async (taskId) => {
    const held = await store.readHeld(taskId).catch((error: unknown) => leave(taskId, error));
    if (held === null || isSettled(held.task.state)) return null;
    const { task: before } = held;
    const previous = before.worker;
    const elsewhere = previous !== null && previous.host !== worker.host;
    if (elsewhere && onHostLoss === 'wait') return null;
    const nonce = randomUUID();
    const at = Date.now();
    const dead = previous !== null && held.nonce !== null && (await isDead(previous, worker));
    const as = { role: 'claim', nonce, displaces: dead ? (held.nonce ?? undefined) : undefined } as const;
    // Its claim ran out while it lived, because Redis took nothing for so long: nothing died of the task.
    const lapsedHere = previous?.id === worker.id && held.nonce !== null;
    const afterCrash = previous !== null && !lapsedHere;

    const end = afterCrash ? hopeless(before.crashes, elsewhere && onHostLoss === 'fail' ? previous.host : null) : null;
    if (end !== null) {
      const done = await commit(taskId, as, [{ type: 'task.failed', at, ...end }]);
      if (done.kind === 'committed') await killLeftOvers(before);
      return null;
    }

    const [notice, what] = lapsedHere ? ['worker_cut_off', 'Worker was cut off from Redis'] : ['worker_restarted', 'Worker restarted'];
    const text = `${what}, task #${taskId} continues at turn ${before.turns}.`;
    const done = await commit(taskId, as, [
      { type: 'task.claimed', at, attempt: before.attempt + 1, worker: { ...worker, tree: [] }, afterCrash },
      ...(previous === null ? [] : [{ type: 'notice.given', at, notice, text } as const]),
    ]);
    if (done.kind === 'behind') await notices.behind(taskId, done.id);
    if (done.kind !== 'committed') return null;
    const { task, seq } = done;
    // Nobody acts for the task while anything of the attempt before may still run.
    if (!(await killLeftOvers(before))) {
      const released = { type: 'task.released', at: Date.now(), reason: 'survivors' } as const;
      await store.commit(taskId, { as: { role: 'owner', nonce }, events: [released], release: true });
      return null;
    }
    const { isOurs, leasedAt, transcript, log } = await patiently(async () => {
      const askedAt = performance.now();
      const [renewed, records, recent] = await Promise.all([
        // The answer to a claim may come when another has it already: a wire that was cut, or left-overs that died slowly.
        store.renew(taskId, nonce, task),
        store.transcript(taskId),
        before.attempt === 0 ? [] : store.events(taskId, Math.max(0, seq - RECENT_EVENTS)),
      ]);
      return { isOurs: renewed, leasedAt: askedAt, transcript: records, log: recent };
    });
    return isOurs ? { task, seq, nonce, leasedAt, transcript, heard: heardBefore(log) } : null;
  };
}

/** A claim whose answer is lost may have been made: given up here, nobody would hold the task before its lease lapses. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isConnectionLoss(error) || tries === MOST_TRIES) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** Why a task whose worker died is not worth another attempt; null when it is. */
function hopeless(crashes: number, lostHost: string | null): { reason: string; message: string } | null {
  if (lostHost !== null) return { reason: 'host_lost', message: `The machine ${lostHost} that ran the task is gone.` };
  if (crashes + 1 < MAX_CRASHES) return null;
  return { reason: 'poison', message: `The worker died ${MAX_CRASHES} times on this task.` };
}
