// Every process this user may look at, with its parent, its start, its environment and its stamp: /proc on Linux, `ps` elsewhere.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';

export type ListedProcess = {
  pid: number;
  parent: number;
  /** Tells a process from a later one with the same number; only ever compared. */
  startTime: string;
  command: string;
  /** The limit of real-time processor time in µs; null where there is none, or none to be seen. */
  timeLimit: number | null;
  /** As it was at exec; null when it was not set. */
  variable(name: string): string | null;
};

const run = promisify(execFile);
/** Looks at this many before others get their turn. */
const AT_A_TIME = 50;
const PS_BYTES = 32 * 1024 * 1024;

export async function listProcesses(): Promise<ListedProcess[]> {
  if (process.platform !== 'linux') return (await listByPs()).filter((listed) => listed !== null);
  const listed: ListedProcess[] = [];
  let looked = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const process = fromProc(Number(name));
    if (process !== null) listed.push(process);
    if (++looked % AT_A_TIME === 0) await breathe();
  }
  return listed;
}

/** When the process started, or null when no such process lives. */
export async function processStartTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return statOf(pid)?.startTime ?? null;
  const started = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
  return started?.stdout.trim() || null;
}

/** True when this very process lives no more; one that cannot be looked at, but is there, lives. */
export async function hasEnded({ pid, startTime }: { pid: number; startTime: string }): Promise<boolean> {
  const now = await processStartTime(pid);
  if (now !== null) return now !== startTime;
  if (process.platform === 'linux' && existsSync(`/proc/${pid}/stat`)) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
  }
}

function fromProc(pid: number): ListedProcess | null {
  const stat = statOf(pid);
  if (stat === null) return null;
  const [environment, words, limits] = ['environ', 'cmdline', 'limits'].map((file) => readOrEmpty(`/proc/${pid}/${file}`));
  const timeLimit = /^Max realtime timeout +(\d+)/m.exec(limits ?? '')?.[1];
  return {
    pid,
    parent: stat.parent,
    startTime: stat.startTime,
    command: words?.replaceAll('\0', ' ').trim() || stat.name,
    timeLimit: timeLimit === undefined ? null : Number(timeLimit),
    variable: (name) => valueIn(`\0${environment}`, `\0${name}=`, '\0'),
  };
}

function valueIn(entries: string, beginning: string, end: string): string | null {
  const at = entries.indexOf(beginning);
  if (at === -1) return null;
  const from = at + beginning.length;
  const to = entries.indexOf(end, from);
  return entries.slice(from, to === -1 ? undefined : to);
}

/** Null for processes that are gone, or dead and only waiting to be counted by their parent. */
function statOf(pid: number): { name: string; parent: number; startTime: string } | null {
  const line = readOrEmpty(`/proc/${pid}/stat`);
  // The name is in brackets and may itself hold brackets and spaces; the numbers come after the last one.
  const bracket = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(bracket + 2).split(' ');
  const startTime = rest[17];
  if (state === undefined || parent === undefined || startTime === undefined || state === 'Z' || state === 'X') return null;
  return { name: line.slice(line.indexOf('(') + 1, bracket), parent: Number(parent), startTime };
}

/** Not awaited: these files lie in no disk's way, and asking for each in turn takes several times as long. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `-E` appends the environment to the command, for one's own processes. */
async function listByPs(): Promise<(ListedProcess | null)[]> {
  const { stdout } = await run('ps', ['-axwwE', '-o', 'pid=,ppid=,stat=,lstart=,command='], { maxBuffer: PS_BYTES });
  return stdout.split('\n').map((line) => {
    const [, pid, parent, state, startTime, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+ +\S+ +\S+ +\S+ +\S+)\s(.*)$/.exec(line) ?? [];
    if (pid === undefined || parent === undefined || state === undefined || startTime === undefined || command === undefined) return null;
    if (state.startsWith('Z')) return null;
    const variable = (name: string) => valueIn(` ${command}`, ` ${name}=`, ' ');
    return { pid: Number(pid), parent: Number(parent), startTime, command, timeLimit: null, variable };
  });
}
