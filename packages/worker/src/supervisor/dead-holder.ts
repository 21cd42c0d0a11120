// Whether the holder of a claim is surely dead: only then need nobody wait for its lease to run out.
import type { WorkerRef } from '@tars/core';
import { hasEnded } from '../shell/process-tree.js';

/** False in doubt: on another host, in another namespace of process numbers, or where that is not known. */
export async function isDead(holder: WorkerRef, observer: Pick<WorkerRef, 'host' | 'pidSpace'>): Promise<boolean> {
  if (holder.host !== observer.host || holder.pidSpace === undefined || holder.pidSpace !== observer.pidSpace) return false;
  return hasEnded(holder.supervisor);
}
