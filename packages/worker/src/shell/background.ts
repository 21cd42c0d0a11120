// What commands have left running behind them, by the numbers under which later commands know it.
import { readFileSync } from 'node:fs';
import { livingPids, processesMarked, statFields } from './command-activity.js';
import { COMMAND_MARK, TASK_MARK } from './process-tree.js';

export type Background = {
  /** Right before a command starts. */
  before(): void;
  /** Right after it ended: all that runs on, of earlier commands too, as `number command line`. */
  after(commandId: string): Promise<string[]>;
};

const COMMAND_CHARS = 120;
/** What is only slow to die, such as the end of a pipe, is not left running. */
const DYING_MS = 25;
const MOST_TOLD = 20;

/** Cheap, because only processes that are new are looked at. Elsewhere than on Linux nothing is told. */
export function createBackground(taskId: string): Background {
  const known = new Map<string, { startTime: string; line: string }>();
  let there = new Set<string>();
  return {
    before() {
      if (process.platform === 'linux') there = new Set(livingPids());
    },
    async after(commandId) {
      if (process.platform !== 'linux') return [];
      const news = (): string[] => {
        const pids = livingPids().filter((pid) => !there.has(pid) && isAlive(pid));
        return processesMarked(`${COMMAND_MARK}=${commandId}`, processesMarked(`${TASK_MARK}=${taskId}`, pids));
      };
      let left = news();
      if (left.length > 0) {
        await new Promise((resolve) => setTimeout(resolve, DYING_MS));
        left = news();
      }
      for (const pid of left) known.set(pid, { startTime: startOf(pid), line: lineOf(pid) });
      for (const [pid, { startTime }] of known) if (!isAlive(pid) || startOf(pid) !== startTime) known.delete(pid);
      const lines = [...known.values()].map(({ line }) => line);
      return lines.length <= MOST_TOLD ? lines : [...lines.slice(0, MOST_TOLD), `… and ${lines.length - MOST_TOLD} more`];
    },
  };
}

const startOf = (pid: string): string => statFields(pid)[19] ?? '';
const isAlive = (pid: string): boolean => /^[^ZX]$/.test(statFields(pid)[0] ?? '');

function lineOf(pid: string): string {
  const words = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
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
