// What commands have left running behind them, by the numbers under which later commands know it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { livingPids, processesMarked, statFields } from './command-activity.js';
import { WAITING } from './command-loop.js';
import { COMMAND_MARK, TASK_MARK } from './process-tree.js';

export type Background = {
  /** Right before a command starts. */
  before(): void;
  /** Right after it ended: all that runs on, of earlier commands too, as `number command line`. */
  after(commandId: string): Promise<string[]>;
  /** True where it can be seen that between two commands nothing of them runs. */
  isQuiet(): boolean;
};

const COMMAND_CHARS = 120;
/** What is only slow to die, such as the end of a pipe, is not left running. */
const DYING_MS = 25;
const MOST_TOLD = 20;

type Shell = {
  /** What all processes of the commands descend from whatever they do, because they have numbers of their own; null where they can leave it. */
  root: () => number | null;
  /** The command whose bash is there already, before it was given. */
  waiting: () => string;
};

/** Cheap, because only processes that are new are looked at. Elsewhere than on Linux nothing is told. */
export function createBackground(taskId: string, { root, waiting }: Shell): Background {
  const known = new Map<string, { startTime: string; line: string }>();
  let there = new Set<string>();
  let lookedBelow: number | null = null;
  const candidates = (): string[] => {
    const below = root();
    const pids = below === null || !CAN_DESCEND ? livingPids() : descendants(String(below));
    return pids.filter((pid) => !there.has(pid) && !known.has(pid) && isAlive(pid));
  };
  /** Something of a command that has ended is just about to be another program, and shows no marks. */
  const isAnyBecoming = (): boolean => {
    const below = root();
    if (below === null || !CAN_DESCEND) return false;
    const [first] = childrenOf(String(below), String(below));
    return candidates().some((pid) => parentOf(pid) === first && read(`/proc/${pid}/environ`) === '');
  };
  const forgetDead = (): void => {
    for (const [pid, { startTime }] of known) if (!isAlive(pid) || startOf(pid) !== startTime) known.delete(pid);
  };
  return {
    before() {
      if (process.platform !== 'linux') return;
      const below = CAN_DESCEND ? root() : null;
      // What belongs to the wall is there before its first command and stays.
      if (below === null) there = new Set(livingPids());
      else if (below !== lookedBelow) there = new Set(descendants(String(below)));
      lookedBelow = below;
    },
    async after(commandId) {
      if (process.platform !== 'linux') return [];
      forgetDead();
      const news = (): string[] => processesMarked(`${COMMAND_MARK}=${commandId}`, processesMarked(`${TASK_MARK}=${taskId}`, candidates()));
      let left = news();
      if (left.length > 0 || isAnyBecoming()) {
        await new Promise((resolve) => setTimeout(resolve, DYING_MS));
        left = news();
      }
      for (const pid of left) known.set(pid, { startTime: startOf(pid), line: lineOf(pid) });
      forgetDead();
      const lines = [...known.values()].map(({ line }) => line);
      return lines.length <= MOST_TOLD ? lines : [...lines.slice(0, MOST_TOLD), `… and ${lines.length - MOST_TOLD} more`];
    },
    isQuiet() {
      forgetDead();
      if (process.platform !== 'linux' || !CAN_DESCEND || root() === null || root() !== lookedBelow) return false;
      const there = candidates();
      return known.size === 0 && processesMarked(`${COMMAND_MARK}=${waiting()}`, there).length === there.length;
    },
  };
}

const childrenFile = (pid: string, thread: string): string => `/proc/${pid}/task/${thread}/children`;

/** Not every kernel lists them. */
const CAN_DESCEND = existsSync(childrenFile(String(process.pid), String(process.pid)));

function descendants(root: string): string[] {
  const found = [root];
  for (const pid of found) for (const thread of threadsOf(pid)) found.push(...childrenOf(pid, thread));
  return found;
}

/** The kernel leaves one out when the one before it ends meanwhile: what it says is believed when it says it twice. */
function childrenOf(pid: string, thread: string): string[] {
  let said = read(childrenFile(pid, thread));
  for (let again = read(childrenFile(pid, thread)); again !== said; again = read(childrenFile(pid, thread))) said = again;
  return said.split(' ').filter(Boolean);
}

function threadsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

const startOf = (pid: string): string => statFields(pid)[19] ?? '';
const parentOf = (pid: string): string => statFields(pid)[1] ?? '';
const isAlive = (pid: string): boolean => /^[^ZX]$/.test(statFields(pid)[0] ?? '');

function lineOf(pid: string): string {
  const words = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  // A part of the command in brackets or a loop has no line of its own.
  if (words.endsWith(WAITING)) return `${numberInside(pid)} (a subshell)`;
  return `${numberInside(pid)} ${words.slice(0, COMMAND_CHARS)}`;
}

/** Behind a wall processes have numbers of their own; the last is the one that commands see. */
const numberInside = (pid: string): string => /^NSpid:.*?(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? pid;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
