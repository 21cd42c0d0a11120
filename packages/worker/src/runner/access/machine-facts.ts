// What accessFor asks of this machine: ports, processes and remotes, told apart by which side of the wall they are on.
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createEgressPolicy } from '../../shell/egress-policy.js';
import { taskProcesses } from '../../shell/process-tree.js';
import type { AccessFacts } from './access-for.js';
import { remotePlace } from './remote-place.js';

type Of = { taskId: string; since: number; shellPid: number; writable: readonly string[]; allowedDomains: readonly string[] };

export function factsOfMachine({ taskId, since, shellPid, writable, allowedDomains }: Of): AccessFacts {
  const policy = createEgressPolicy({ allowedDomains, privateAddresses: [] });
  const insiders = async (): Promise<number[]> => (await taskProcesses(taskId, [shellPid], since)).map(({ pid }) => pid);
  return {
    writable,
    exists: existsSync,
    canOpenOneThing: process.platform === 'linux',
    remotePlace,
    isAllowedHost: (host) => policy.refuseName(host, 443) === null,
    async listens(port) {
      const own = await namespaceOf('self');
      for (const pid of await insiders()) {
        if ((await namespaceOf(pid)) === own) continue;
        if (await isListening(pid, port)) return 'inside';
        break;
      }
      return (await isListening('self', port)) ? 'outside' : 'nowhere';
    },
    async isOnlyOutside(wanted) {
      const inside = new Set(await insiders());
      const all = await Promise.all((await pids()).map(statusOf));
      const isMeant = ({ ids, name }: Status): boolean => ('pid' in wanted ? ids.at(-1) === wanted.pid : name.includes(wanted.name));
      const found = all.filter(isMeant);
      return found.length > 0 && found.every(({ pid }) => !inside.has(pid));
    },
  };
}

const pids = async (): Promise<number[]> => (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);

type Status = { pid: number; ids: number[]; name: string };

/** `ids`: its numbers from this side of the wall to the innermost one. */
async function statusOf(pid: number): Promise<Status> {
  const status = await textOf(`/proc/${pid}/status`);
  const ids = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [pid];
  return { pid, ids, name: /^Name:\s+(.+)$/m.exec(status)?.[1] ?? '' };
}

const LISTENING = '0A';

async function isListening(pid: number | 'self', port: number): Promise<boolean> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => textOf(`/proc/${pid}/net/${name}`)));
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tables.some((table) =>
    table.split('\n').some((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return local.endsWith(wanted) && state === LISTENING;
    }),
  );
}

const namespaceOf = (pid: number | 'self'): Promise<string> => readlink(`/proc/${pid}/ns/net`).catch(() => '');
const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
