// What this machine keeps of ended tasks has a bound: beyond it the oldest lose their outputs and snapshots first, and one that has not ended never does.
import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSettled, type Task } from '@tars/core';
import { holdProject, letGoOfProject, type Redis, type TaskStore } from '@tars/core/redis';

/** Nothing is removed for longer. */
const HELD_MS = 120_000;
const BLOCK_BYTES = 512;

export type Kept = {
  /** What all folders take on the disk, and how many hold something. */
  bytes: number;
  full: number;
  /** Of how many tasks the folder was emptied. */
  emptied: number;
};

export async function lookAtKept(stateDir: string): Promise<Kept> {
  const sizes = await sizesIn(join(stateDir, 'tasks'));
  const full = sizes.filter(({ bytes }) => bytes > 0);
  return { bytes: sumOf(full), full: full.length, emptied: sizes.length - full.length };
}

/** Empties folders until all take at most `mostBytes`, or none is left that may be emptied; the ids of those tasks, oldest end first. */
export async function dropBeyond(options: { redis: Redis; store: TaskStore; stateDir: string; mostBytes: number }): Promise<string[]> {
  const { redis, store, stateDir, mostBytes } = options;
  const folder = join(stateDir, 'tasks');
  const sizes = (await sizesIn(folder)).filter(({ bytes }) => bytes > 0);
  let left = sumOf(sizes);
  if (left <= mostBytes) return [];
  const ended: { task: Task; bytes: number }[] = [];
  for (const { id, bytes } of sizes) {
    // One that the record does not know, or this version cannot read, is not this look's to judge.
    const task = await store.read(id).catch(() => null);
    if (task !== null && isOver(task)) ended.push({ task, bytes });
  }
  const dropped: string[] = [];
  for (const { task, bytes } of ended.sort((a, b) => (a.task.endedAt ?? 0) - (b.task.endedAt ?? 0))) {
    if (left <= mostBytes) break;
    if (!(await empty(join(folder, task.id), task, { redis, store }))) continue;
    left -= bytes;
    dropped.push(task.id);
  }
  return dropped;
}

const isOver = ({ state, undo }: Task): boolean => isSettled(state) && (undo === null || undo.outcome !== null);

/** False where somebody works in its project, or it was begun anew. The folder stays: that its snapshots were here is still to be known. */
async function empty(
  place: string,
  { id, project, isolate }: Task,
  { redis, store }: { redis: Redis; store: TaskStore },
): Promise<boolean> {
  // Whoever begins it anew finds its project taken until this is done.
  const hold = { folder: isolate ? `isolated:${id}` : project, id };
  if ((await holdProject(redis, { ...hold, forMs: HELD_MS })) !== null) return false;
  try {
    const now = await store.read(id);
    if (now === null || !isOver(now)) return false;
    for (const name of await readdir(place)) await rm(join(place, name), { recursive: true, force: true });
    return true;
  } finally {
    await letGoOfProject(redis, hold);
  }
}

type Size = { id: string; bytes: number };

const sumOf = (sizes: readonly Size[]): number => sizes.reduce((sum, { bytes }) => sum + bytes, 0);

async function sizesIn(folder: string): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const id of await readdir(folder).catch(() => [])) sizes.push({ id, bytes: await bytesBelow(join(folder, id)) });
  return sizes;
}

/** What all in a folder takes on the disk; what goes meanwhile takes nothing. */
async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])) {
    const path = join(folder, entry.name);
    const taken = await lstat(path).catch(() => null);
    bytes += (taken?.blocks ?? 0) * BLOCK_BYTES;
    if (entry.isDirectory()) bytes += await bytesBelow(path);
  }
  return bytes;
}
