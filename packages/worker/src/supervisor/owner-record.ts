// Writing as the holder of a claim: work time on every event, Redis waited for, and no word after the lease may have passed on.
import { setTimeout as delay } from 'node:timers/promises';
import { type Event, LEASE_MS, type TranscriptRecord, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Committed, TaskStore } from '@tars/core/redis';
import type { WorkClock } from './work-clock.js';

/** Without a renewed lease for this long another worker may soon act: this one must be silent, and its tree dead, by then. */
const SELF_FENCE_MS = (LEASE_MS * 2) / 3;
const REDIS_RETRY_MS = 500;

export type OwnerRecord = {
  /** Written, refused or fenced: never pending for longer than the lease is worth. */
  commit(events: readonly Event[], more?: { records?: readonly TranscriptRecord[]; release?: boolean }): Promise<Committed>;
  /** Keeps the lease; false once the claim is somebody else's. */
  renew(): Promise<boolean>;
  /** True when the lease was not renewed for so long that it may no longer be ours. */
  mayBeLost(): boolean;
};

export function createOwnerRecord(options: {
  id: string;
  nonce: string;
  store: TaskStore;
  clock: WorkClock;
  logger: Logger;
  selfFenceMs?: number | undefined;
}): OwnerRecord {
  const { id, nonce, store, clock, logger, selfFenceMs = SELF_FENCE_MS } = options;
  let renewedAt = performance.now();
  const leftMs = () => renewedAt + selfFenceMs - performance.now();
  const mayBeLost = () => leftMs() <= 0;
  return {
    mayBeLost,
    async commit(events, more = {}) {
      const workedMs = Math.round(clock.ms());
      const change = { as: { role: 'owner', nonce } as const, events: events.map((event) => ({ ...event, workedMs })), ...more };
      while (!mayBeLost()) {
        // From before the question: the lease began to run when Redis heard it, not when its answer came.
        const askedAt = performance.now();
        try {
          const committed = await within(leftMs(), 'Redis', store.commit(id, change));
          if (committed.kind === 'committed') renewedAt = Math.max(renewedAt, askedAt);
          return committed;
        } catch (error) {
          logger.warn('a commit waits for Redis', { err: error });
          await delay(Math.min(REDIS_RETRY_MS, Math.max(0, leftMs())));
        }
      }
      return { kind: 'fenced' };
    },
    async renew() {
      const askedAt = performance.now();
      try {
        if (!(await store.renew(id, nonce))) return false;
        renewedAt = Math.max(renewedAt, askedAt);
      } catch (error) {
        logger.warn('the lease could not be renewed', { err: error });
      }
      return !mayBeLost();
    },
  };
}
