// What the process table says, read from outside: who lives, who belongs to whom, and what carries a mark. Linux only, like the rig.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Empty for a process that has just ended, or is another user's. */
function read(pid, what, proc = '/proc') {
  try {
    return readFileSync(`${proc}/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

const pids = (proc = '/proc') => readdirSync(proc).filter((name) => /^\d+$/.test(name));

/** State letter and parent; null for who is gone, or dead and not yet counted by its parent. */
function statOf(pid, proc) {
  const line = read(pid, 'stat', proc);
  const [state, parent] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return parent === undefined || state === 'Z' || state === 'X' ? null : { state, parent: Number(parent) };
}

export const isAlive = (pid) => statOf(pid) !== null;

/** Children whose command line contains `text`. */
export const childrenOf = (parent, text) =>
  pids()
    .filter((pid) => statOf(pid)?.parent === parent && read(pid, 'cmdline').includes(text))
    .map(Number);

/** Everyone alive whose environment or command line contains one of the marks, `{ pid, command }`; never this process. A mark is one text, or several of which none may be missing. */
export function carriersOf(marks) {
  return pids()
    .filter((pid) => Number(pid) !== process.pid && statOf(pid) !== null)
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(), environment: read(pid, 'environ') }))
    .filter(({ command, environment }) =>
      marks.some((mark) => [mark].flat().every((text) => command.includes(text) || environment.includes(text))),
    )
    .map(({ pid, command }) => ({ pid, command: command.slice(0, 160) }));
}

/** Ids of the tasks that somebody alive belongs to: by the marks of what runs for one, and by the name of a runner at work. `proc`: a table of processes. */
export function tasksAt(proc) {
  const ids = pids(proc)
    .filter((pid) => statOf(pid, proc) !== null)
    .flatMap((pid) => [
      read(pid, 'environ', proc).match(/(?:^|\0)TARS_(?:TASK_ID|RUNNER_OF)=(\w+)/)?.[1],
      read(pid, 'cmdline', proc).match(/^tars-runner (\w+) \d/)?.[1],
    ]);
  return new Set(ids.filter((id) => id !== undefined));
}

/** True when there was somebody to signal. */
export function signal(pid, name) {
  try {
    return isAlive(pid) && process.kill(pid, name);
  } catch {
    return false;
  }
}

/** SIGKILL, and its effect waited for; true when there was somebody to kill. */
export async function killNow(pid) {
  if (!signal(pid, 'SIGKILL')) return false;
  while (isAlive(pid)) await delay(1);
  return true;
}
