// What the commands of a task may use of the machine: looked at while a command runs, and told when it is too much.
import { readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@tars/core/env';
import type { Cgroup } from './cgroup.js';
import { taskProcesses } from './process-tree.js';

export type ResourceLimits = { processes: number; memoryBytes: number; diskBytes: number };

const MB = 1024 * 1024;
const PAGE_BYTES = 4096;
const LOOK_EVERY_MS = 250;
/** Most commands are over sooner, and have taken next to nothing. */
const QUICK_MS = 25;
/** Looking costs something too where every process has to be read. */
const LOOK_SHARE = 20;
/** Below this much free disk everybody suffers, if the command had a part in it. */
const LEAST_FREE_BYTES = 256 * MB;
const A_PART_BYTES = 64 * MB;

export const resourceLimits = (config: Pick<Config, 'taskMaxProcesses' | 'taskMaxMemoryMb' | 'taskMaxDiskMb'>): ResourceLimits => ({
  processes: config.taskMaxProcesses,
  memoryBytes: config.taskMaxMemoryMb === null ? Math.floor(totalmem() * 0.75) : config.taskMaxMemoryMb * MB,
  diskBytes: config.taskMaxDiskMb * MB,
});

type Watched = {
  taskId: string;
  since: number;
  rootPid: number;
  folders: readonly string[];
  cgroup: Cgroup | null;
  limits: ResourceLimits;
};

/** Calls `onExcess` once, with what was too much. Where the kernel holds a limit, only what it refuses is looked for. */
export function watchResources(watched: Watched, onExcess: (what: string) => void): { stop(): void } {
  const stopped = new AbortController();
  void look(watched, stopped.signal).then((excess) => {
    if (excess !== null && !stopped.signal.aborted) onExcess(excess);
  });
  return { stop: () => stopped.abort() };
}

async function look({ taskId, since, rootPid, folders, cgroup, limits }: Watched, stop: AbortSignal): Promise<string | null> {
  await delay(QUICK_MS, null, { ref: false });
  if (stop.aborted) return null;
  const freeBefore = await Promise.all(folders.map(freeBytes));
  let pause = LOOK_EVERY_MS;
  while (!stop.aborted) {
    await delay(pause, null, { ref: false });
    if (stop.aborted) return null;
    const startedAt = performance.now();
    const disk = await diskExcess(folders, freeBefore, limits);
    if (disk !== null) return disk;
    const { processes, memoryBytes } = cgroup?.holdsMemory
      ? { processes: cgroup.processes(), memoryBytes: 0 }
      : await usage(taskId, since, rootPid);
    if (processes >= limits.processes) return `it had ${processes} processes and threads, and ${limits.processes} are allowed`;
    if (memoryBytes > limits.memoryBytes) return `it took ${inMb(memoryBytes)} of memory, and ${inMb(limits.memoryBytes)} are allowed`;
    pause = Math.max(LOOK_EVERY_MS, (performance.now() - startedAt) * LOOK_SHARE);
  }
  return null;
}

async function diskExcess(folders: readonly string[], before: readonly number[], { diskBytes }: ResourceLimits): Promise<string | null> {
  for (const [at, folder] of folders.entries()) {
    const free = await freeBytes(folder);
    const taken = (before[at] ?? free) - free;
    if (taken > diskBytes) return `the disk got ${inMb(taken)} fuller, and ${inMb(diskBytes)} are allowed`;
    if (free < LEAST_FREE_BYTES && taken > A_PART_BYTES) return `the disk is full but for ${inMb(free)}`;
  }
  return null;
}

async function usage(taskId: string, since: number, rootPid: number): Promise<{ processes: number; memoryBytes: number }> {
  const members = await taskProcesses(taskId, [rootPid], since);
  const sizes = await Promise.all(members.map(({ pid }) => residentBytes(pid)));
  return { processes: members.length, memoryBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What is a process' own: what it shares with others would be counted many times. */
async function residentBytes(pid: number): Promise<number> {
  const [, resident = '0', shared = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ');
  return Math.max(0, Number(resident) - Number(shared)) * PAGE_BYTES;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What the kernel did about it where it holds the limit. */
export const memoryExcess = ({ memoryBytes }: ResourceLimits): string =>
  `the system killed some of it, because it took more than the ${inMb(memoryBytes)} of memory that are allowed`;

const inMb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;
