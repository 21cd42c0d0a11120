// Finding and ending everything a task started: by marks it inherits and by descent, until none is left.
import { setTimeout as delay } from 'node:timers/promises';
import { type ListedProcess, listProcesses } from './process-list.js';
import { stampedAttempt } from './process-stamp.js';
import { titledAttempt } from './runner-title.js';

export { hasEnded, processStartTime } from './process-list.js';

export type ProcessInfo = { pid: number; startTime: string; command: string };
export type Killed = { killed: number; survivors: ProcessInfo[] };

/** Marks that children inherit and that outlive setsid, nohup and a double fork; the stamp outlives `env -i` as well. */
export const TASK_MARK = 'TARS_TASK_ID';
/** When the task was accepted: another installation on the machine may have a task of the same id. */
export const SINCE_MARK = 'TARS_TASK_SINCE';
export const ATTEMPT_MARK = 'TARS_ATTEMPT';
export const COMMAND_MARK = 'TARS_COMMAND_ID';
/** On what a runner starts beside the shell, and on the runner itself beside its name; what runs in the shell has the task's mark. */
export const RUNNER_MARK = 'TARS_RUNNER_OF';

/** A process to begin with; with its start time where its number may have been given to another since. */
export type Root = { pid: number; startTime?: string };

/** What an attempt and those before it started, never what a later one did: a supervisor left behind must not end its successor's. */
export type TaskFamily = { taskId: string; since: number; upTo: number; roots: readonly Root[] };

type Family = { isMarked: (listed: ListedProcess) => boolean; roots: readonly Root[] };

/** A command line is for recognising a process in a log; a sandbox's own fills pages. */
const COMMAND_CHARS = 200;
const KILL_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 10;
/** How often a family that still grows is looked at again before it is killed as far as it is known. */
const FREEZE_ROUNDS = 8;

/** Everything alive that belongs to a task of this id, except this very process and those it descends from; by its stamp too where it is told `since` when. */
export async function taskProcesses(taskId: string, rootPids: readonly number[], since: number | null = null): Promise<ProcessInfo[]> {
  const isStamped = ({ timeLimit }: ListedProcess): boolean =>
    since !== null && timeLimit !== null && stampedAttempt(timeLimit, { taskId, since }) !== null;
  const isMarked = (listed: ListedProcess): boolean => listed.variable(TASK_MARK) === taskId || isStamped(listed);
  return (await members({ isMarked, roots: rootPids.map((pid) => ({ pid })) })).map(toInfo);
}

/** SIGTERM, `graceMs` to obey it (0: none), then SIGKILL until nothing is left. */
export const killTree = (family: TaskFamily, { graceMs }: { graceMs: number }): Promise<Killed> =>
  killFamily(ofTask(family, [TASK_MARK]), graceMs);

/** The same with the runners and what they started for themselves. */
export const killAttempts = (family: TaskFamily, { graceMs }: { graceMs: number }): Promise<Killed> =>
  killFamily(ofTask(family, [TASK_MARK, RUNNER_MARK]), graceMs);

/** The same for one command of a task, background children included. */
export const killCommand = (commandId: string, { graceMs }: { graceMs: number }): Promise<Killed> =>
  killFamily({ isMarked: ({ variable }) => variable(COMMAND_MARK) === commandId, roots: [] }, graceMs);

function ofTask({ taskId, since, upTo, roots }: TaskFamily, marks: readonly string[]): Family {
  const isMarked = ({ variable, timeLimit, command }: ListedProcess): boolean => {
    const titled = marks.includes(RUNNER_MARK) ? titledAttempt(command, { taskId, since }) : null;
    if (titled !== null) return titled <= upTo;
    const stamped = timeLimit === null ? null : stampedAttempt(timeLimit, { taskId, since });
    if (stamped !== null) return stamped <= upTo;
    if (!marks.some((mark) => variable(mark) === taskId) || variable(SINCE_MARK) !== String(since)) return false;
    return Number(variable(ATTEMPT_MARK) ?? 0) <= upTo;
  };
  return { isMarked, roots };
}

async function killFamily(family: Family, graceMs: number): Promise<Killed> {
  const known = new Map<number, ListedProcess>();
  const look = async (): Promise<ListedProcess[]> => {
    // Who was seen once stays a root: its children may have lost their parent since.
    const living = await members({ ...family, roots: [...family.roots, ...known.values()] });
    for (const member of living) known.set(member.pid, member);
    return living;
  };

  let living = await look();
  if (graceMs > 0 && living.length > 0) {
    signalAll(living, 'SIGTERM');
    const until = performance.now() + graceMs;
    do {
      await delay(LOOK_AGAIN_MS);
      living = await look();
    } while (living.length > 0 && performance.now() < until);
  }
  const until = performance.now() + KILL_WITHIN_MS;
  while (living.length > 0 && performance.now() < until) {
    // Stopped processes cannot fork, so the family stops growing before it is killed.
    for (let round = 0, before = 0; round < FREEZE_ROUNDS && living.length > before; round++) {
      before = living.length;
      signalAll(living, 'SIGSTOP');
      living = await look();
    }
    signalAll(living, 'SIGKILL');
    await delay(LOOK_AGAIN_MS);
    living = await look();
  }
  return { killed: known.size - living.length, survivors: living.map(toInfo) };
}

async function members({ isMarked, roots }: Family): Promise<ListedProcess[]> {
  const all = await listProcesses();
  const byPid = new Map(all.map((listed) => [listed.pid, listed]));
  const spared = lineage(process.pid, byPid);
  const isRoot = (listed: ListedProcess): boolean =>
    roots.some(({ pid, startTime = listed.startTime }) => pid === listed.pid && startTime === listed.startTime);
  const belongs = new Map<number, boolean>();
  const isMember = (listed: ListedProcess): boolean => {
    const { pid } = listed;
    const decided = belongs.get(pid);
    if (decided !== undefined) return decided;
    belongs.set(pid, false);
    const parent = byPid.get(listed.parent);
    const isOne = isMarked(listed) || isRoot(listed) || (parent !== undefined && isMember(parent));
    belongs.set(pid, isOne && !spared.has(pid));
    return isOne && !spared.has(pid);
  };
  return parentsFirst(all.filter(isMember));
}

/** In the order in which they are ended: a shell that outlived its command by a moment would note the end we made as the command's own. */
export function parentsFirst<T extends Pick<ListedProcess, 'pid' | 'parent'>>(processes: readonly T[]): T[] {
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  const depthOf = ({ pid, parent }: T): number => {
    let depth = 0;
    for (let above = byPid.get(parent); above !== undefined && above.pid !== pid && depth < byPid.size; above = byPid.get(above.parent))
      depth++;
    return depth;
  };
  return processes
    .map((each) => ({ each, depth: depthOf(each) }))
    .sort((one, other) => one.depth - other.depth)
    .map(({ each }) => each);
}

/** The process and its ancestors. */
function lineage(pid: number, byPid: ReadonlyMap<number, ListedProcess>): Set<number> {
  const line = new Set<number>();
  for (let at = byPid.get(pid); at !== undefined && !line.has(at.pid); at = byPid.get(at.parent)) line.add(at.pid);
  return line.add(pid);
}

function signalAll(processes: readonly ListedProcess[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or not ours to signal: the next look tells which.
    }
  }
}

const toInfo = ({ pid, startTime, command }: ListedProcess): ProcessInfo => ({ pid, startTime, command: command.slice(0, COMMAND_CHARS) });
