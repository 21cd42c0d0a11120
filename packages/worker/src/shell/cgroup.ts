// The kernel's own limits for all that one shell starts, where this user may set them: they bind root too, which prlimit does not.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ResourceLimits } from './resource-watch.js';
import type { Program } from './sandbox.js';

export type Cgroup = {
  /** Whether the kernel itself holds the limit of memory. */
  holdsMemory: boolean;
  /** Processes and threads right now. */
  processes(): number;
  /** How many processes were killed so far for want of memory. */
  memoryKills(): number;
  /** The same program, which joins before it becomes itself: nothing it starts is left out. */
  enter(program: Program): Program;
  close(): void;
};

const ROOT = '/sys/fs/cgroup';
const PREFIX = 'tars-';

/** Null where this user may make no group of processes. */
export function openCgroup(name: string, limits: ResourceLimits): Cgroup | null {
  if (process.platform !== 'linux') return null;
  const places = ownPlaces();
  const processes = firstOf(places('pids'), name, { 'pids.max': limits.processes });
  if (processes === null) return null;
  const memory = firstOf(places('memory'), name, { 'memory.limit_in_bytes': limits.memoryBytes, 'memory.max': limits.memoryBytes });
  const groups = [...new Set([processes, ...(memory === null ? [] : [memory])])];
  return {
    holdsMemory: memory !== null,
    processes: () => Number(textOf(join(processes, 'pids.current'))),
    memoryKills: () => (memory === null ? 0 : killsIn(memory)),
    enter: ({ file, args }) => ({
      file: 'bash',
      args: [
        '--noprofile',
        '--norc',
        '-c',
        'for group in $1; do echo $$ >"$group/cgroup.procs"; done; shift; exec "$@"',
        'bash',
        groups.join(' '),
        file,
        ...args,
      ],
    }),
    close: () => groups.forEach(remove),
  };
}

/** Where this process stands for a controller, and above: in the old layout a group below is one's own, in the new one a sibling. */
function ownPlaces(): (controller: string) => string[] {
  const lines = textOf('/proc/self/cgroup').trim().split('\n');
  const entries = lines.map((line) => /^\d+:([^:]*):(.*)$/.exec(line)).flatMap((found) => (found === null ? [] : [found]));
  return (controller) =>
    entries.flatMap(([, controllers = '', path = '/']) => {
      if (controllers.split(',').includes(controller)) return [join(ROOT, controllers, path)];
      return controllers === '' ? [join(ROOT, dirname(path)), join(ROOT, 'unified', dirname(path))] : [];
    });
}

/** A group in the first place that takes one of the limits; what earlier shells left empty there goes. */
function firstOf(places: readonly string[], name: string, limits: Readonly<Record<string, number>>): string | null {
  for (const place of places) {
    const group = join(place, `${PREFIX}${name}`);
    try {
      for (const entry of readdirSync(place)) if (entry.startsWith(PREFIX)) remove(join(place, entry));
      mkdirSync(group, { recursive: true });
      const known = readdirSync(group).filter((file) => file in limits);
      for (const file of known) writeFileSync(join(group, file), String(limits[file]));
      if (known.length > 0) return group;
      remove(group);
    } catch {
      // Not this user's to write in: the next place, or none.
    }
  }
  return null;
}

/** In the new layout and in the old one. */
function killsIn(group: string): number {
  const text = textOf(join(group, 'memory.events')) + textOf(join(group, 'memory.oom_control'));
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Only an empty group goes. */
function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Somebody lives in it, or it is gone already.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
