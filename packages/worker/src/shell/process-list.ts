// Every process this user may look at, with its parent, its start and its environment: /proc on Linux, `ps` elsewhere.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export type ListedProcess = {
  pid: number;
  parent: number;
  /** Tells a process from a later one with the same number; only ever compared. */
  startTime: string;
  command: string;
  /** `NAME=value` entries as they were at exec. */
  hasVariable(entry: string): boolean;
};

const run = promisify(execFile);
const PS_BYTES = 32 * 1024 * 1024;

export async function listProcesses(): Promise<ListedProcess[]> {
  if (process.platform !== 'linux') return (await listByPs()).filter((listed) => listed !== null);
  const entries = await readdir('/proc');
  const listed = await Promise.all(entries.filter((name) => /^\d+$/.test(name)).map((name) => fromProc(Number(name))));
  return listed.filter((process) => process !== null);
}

/** When the process started, or null when no such process lives. */
export async function processStartTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return (await statOf(pid))?.startTime ?? null;
  const started = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
  return started?.stdout.trim() || null;
}

async function fromProc(pid: number): Promise<ListedProcess | null> {
  const stat = await statOf(pid);
  if (stat === null) return null;
  const [environment, words] = await Promise.all([readOrEmpty(`/proc/${pid}/environ`), readOrEmpty(`/proc/${pid}/cmdline`)]);
  const entries = `\0${environment}`;
  const command = words.replaceAll('\0', ' ').trim() || stat.name;
  return { pid, parent: stat.parent, startTime: stat.startTime, command, hasVariable: (entry) => entries.includes(`\0${entry}\0`) };
}

/** Null for processes that are gone, or dead and only waiting to be counted by their parent. */
async function statOf(pid: number): Promise<{ name: string; parent: number; startTime: string } | null> {
  const line = await readOrEmpty(`/proc/${pid}/stat`);
  // The name is in brackets and may itself hold brackets and spaces; the numbers come after the last one.
  const bracket = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(bracket + 2).split(' ');
  const startTime = rest[17];
  if (state === undefined || parent === undefined || startTime === undefined || state === 'Z' || state === 'X') return null;
  return { name: line.slice(line.indexOf('(') + 1, bracket), parent: Number(parent), startTime };
}

const readOrEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** `-E` appends the environment to the command, for one's own processes. */
async function listByPs(): Promise<(ListedProcess | null)[]> {
  const { stdout } = await run('ps', ['-axwwE', '-o', 'pid=,ppid=,stat=,lstart=,command='], { maxBuffer: PS_BYTES });
  return stdout.split('\n').map((line) => {
    const [, pid, parent, state, startTime, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+ +\S+ +\S+ +\S+ +\S+)\s(.*)$/.exec(line) ?? [];
    if (pid === undefined || parent === undefined || state === undefined || startTime === undefined || command === undefined) return null;
    if (state.startsWith('Z')) return null;
    return { pid: Number(pid), parent: Number(parent), startTime, command, hasVariable: (entry) => ` ${command} `.includes(` ${entry} `) };
  });
}
