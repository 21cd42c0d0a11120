// How much memory a process and all below it take, looked at while they work.
import { readdirSync, readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 25;
const MIB = 1024;

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

function family(root) {
  const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${pid}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const found = [];
  const queue = [{ pid: root, above: '' }];
  for (const { pid, above } of queue) {
    const command = read(`/proc/${pid}/cmdline`);
    // Between fork and exec a child is its parent's copy: nothing of it is its own yet.
    if (command !== above) found.push({ pid, command });
    queue.push(...(children.get(pid) ?? []).map((child) => ({ pid: child, above: command })));
  }
  return found;
}

/** In MiB: what is resident, as most tools count it; and the fair share, where a page of several processes counts once. */
export function memoryOf(root) {
  const members = family(root).map(({ pid, command }) => {
    const text = read(`/proc/${pid}/smaps_rollup`);
    const field = (name) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1] ?? 0) / MIB;
    return { command: command.replaceAll('\0', ' ').trim(), rss: field('Rss'), pss: field('Pss') };
  });
  const sum = (name) => members.reduce((total, member) => total + member[name], 0);
  return { rss: sum('rss'), pss: sum('pss'), members };
}

/** The most it takes at once until `stop`. */
export function watchMemory(root) {
  let most = { rss: 0, pss: 0, members: [] };
  const timer = setInterval(() => {
    const now = memoryOf(root);
    if (now.rss > most.rss) most = now;
  }, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
