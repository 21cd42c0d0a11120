// What still runs for a task, seen from outside: every process that carries its mark.
import { readdirSync, readFileSync } from 'node:fs';

/** Process numbers whose environment names the task. Linux only, like the tests that use it. */
export const taskProcesses = (taskId: string): number[] => processesTold(`TARS_TASK_ID=${taskId}`);

/** Process numbers whose environment holds this variable as they were started. */
export function processesTold(mark: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark) ? [Number(name)] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** Process numbers whose command line contains `text`. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(text) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** What of the process lies in memory, in MiB. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
