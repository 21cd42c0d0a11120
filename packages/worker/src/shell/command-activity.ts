// What the processes of one command are doing right now: how much processor time they have had, and whether one waits at a terminal.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { COMMAND_MARK } from './process-tree.js';

export type Activity = {
  /** Clock ticks of all that live and of what they have waited for; only ever compared. */
  ticks: number;
  /** Whether one of them is inside a read from a terminal, or has one as its input and waits for something. */
  terminal: 'read' | 'waited for' | null;
};

/** Null where the system does not tell: nothing may be concluded then. */
export function activityOf(commandId: string): Activity | null {
  if (process.platform !== 'linux') return null;
  const pids = processesMarked(`${COMMAND_MARK}=${commandId}`);
  return { ticks: pids.reduce((sum, pid) => sum + ticksOf(pid), 0), terminal: pids.map(atTerminal).find((at) => at !== null) ?? null };
}

/** Processes with this `NAME=value` in their environment. */
export function processesMarked(entry: string, among: readonly string[] = livingPids()): string[] {
  return among.filter((pid) => `\0${text(`/proc/${pid}/environ`)}`.includes(`\0${entry}\0`));
}

export const livingPids = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** The fields of /proc/PID/stat from the state on: the name before them may hold anything. */
export const statFields = (pid: string): string[] => {
  const line = text(`/proc/${pid}/stat`);
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
};

/** User and system time, its own and its ended children's: fields 14 to 17, counted from the state as the third. */
const ticksOf = (pid: string): number =>
  statFields(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + (Number(field) || 0), 0);

/** The numbers of the calls that read, and of those that wait for input, differ by machine: these are the two that Node runs on. */
const CALLS: Readonly<Record<string, { read: readonly string[]; wait: readonly string[] }>> = {
  x64: { read: ['0', '17', '19'], wait: ['7', '23', '232', '270', '271', '281'] },
  arm64: { read: ['63', '65', '67'], wait: ['22', '72', '73'] },
};

/** `/proc/PID/syscall` holds the call it is in and its first argument, for a read the file it reads from. */
function atTerminal(pid: string): Activity['terminal'] {
  const [call = '', descriptor = ''] = text(`/proc/${pid}/syscall`).split(' ');
  const known = CALLS[process.arch];
  if (known?.read.includes(call)) return isTerminal(pid, Number(descriptor)) ? 'read' : null;
  return known?.wait.includes(call) && isTerminal(pid, 0) ? 'waited for' : null;
}

function isTerminal(pid: string, descriptor: number): boolean {
  try {
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
  } catch {
    return false;
  }
}

/** Empty for what is gone, or not ours to look at. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
