// How much the snapshots of one task may take up: beyond it every second step between the beginning and now is given up.
import type { ObjectStore } from './object-store.js';
import { readPoints, writePoints } from './points.js';

const MOST_BYTES = 512 * 1024 * 1024;

/** Resolves to what is taken up afterwards; below that nothing can be gained by asking again. */
export async function thinOut(dir: string, store: ObjectStore, mostBytes = MOST_BYTES): Promise<number> {
  if ((await store.bytes()) <= mostBytes) return mostBytes;
  const points = await readPoints(dir);
  const last = points.length - 1;
  let steps = 0;
  const kept = points.map((point, index) => {
    const isBetween = point.kind === 'step' && point.snapshot !== null && index > 0 && index < last;
    return isBetween && steps++ % 2 === 0 ? { ...point, snapshot: null } : point;
  });
  // First the list, then the contents: what is listed is there.
  await writePoints(dir, kept);
  await store.keep(new Set(kept.flatMap(({ snapshot }) => snapshot ?? [])));
  return Math.max(mostBytes, 2 * (await store.bytes()));
}
