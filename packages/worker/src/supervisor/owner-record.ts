// Writing as the holder of a claim: work time on every event, Redis waited for, and no word after the lease may have passed on.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Event, LEASE_MS, type TranscriptRecord, within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Committed, Known, TaskStore } from '@tars/core/redis';
import { ASLEEP_MS, type WorkClock } from './work-clock.js';

/** Without a renewed lease for this long another worker may soon act: this one must be silent, and its tree dead, by then. */
const SELF_FENCE_MS = (LEASE_MS * 2) / 3;
const REDIS_RETRY_MS = 500;
/** After a sleep the lease may have run out and be ours all the same: so long is waited for the answer. */
const AWAKE_MS = 5_000;

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
  /** This process or its machine stood still: what is believed of the lease must be asked anew, and at once. */
  onStandstill: () => void;
  /** Since when the lease runs; by default from now on. */
  leasedAt?: number;
  selfFenceMs?: number | undefined;
  /** Goes on while the machine sleeps, unlike the monotonic clock of most systems. */
  wallClock?: () => number;
}): OwnerRecord {
  const {
    id,
    nonce,
    store,
    clock,
    logger,
    onStandstill,
    leasedAt = performance.now(),
    selfFenceMs = SELF_FENCE_MS,
    wallClock = Date.now,
  } = options;
  let renewedAt = leasedAt;
  let lookedAt = wallClock();
  /** As it was last written here. */
  let known: Known | undefined;
  const leftMs = (): number => {
    const gapMs = wallClock() - lookedAt;
    lookedAt += gapMs;
    if (gapMs >= ASLEEP_MS) {
      // Nobody may have missed it. The nonce is what decides; without an answer it is given up as ever.
      renewedAt = Math.max(renewedAt, performance.now() - selfFenceMs + Math.min(AWAKE_MS, selfFenceMs));
      onStandstill();
    }
    return renewedAt + selfFenceMs - performance.now();
  };
  const mayBeLost = () => leftMs() <= 0;
  const spent = () => ({ workedMs: Math.round(clock.ms()), outageMs: Math.round(clock.outageMs()) });
  return {
    mayBeLost,
    async commit(events, more = {}) {
      const stamp = spent();
      const as = { role: 'owner', nonce } as const;
      // An answer that is lost with its connection says nothing of the change: the same one is tried again, and made once.
      const change = { as, id: randomUUID(), events: events.map((event) => ({ ...event, ...stamp })), ...more };
      let from = known;
      while (!mayBeLost()) {
        // From before the question: the lease began to run when Redis heard it, not when its answer came.
        const askedAt = performance.now();
        try {
          const committed = await within(leftMs(), 'Redis', store.commit(id, { ...change, known: from }));
          if (committed.kind === 'committed') renewedAt = Math.max(renewedAt, askedAt);
          known = 'seq' in committed ? committed : undefined;
          return committed;
        } catch (error) {
          // Whether it was made can only be read.
          from = undefined;
          known = undefined;
          logger.warn('a commit waits for Redis', { err: error });
          await delay(Math.min(REDIS_RETRY_MS, Math.max(0, leftMs())));
        }
      }
      return { kind: 'fenced' };
    },
    async renew() {
      const askedAt = performance.now();
      try {
        if (!(await store.renew(id, nonce, spent()))) return false;
        renewedAt = Math.max(renewedAt, askedAt);
      } catch (error) {
        logger.warn('the lease could not be renewed', { err: error });
      }
      return !mayBeLost();
    },
  };
}
