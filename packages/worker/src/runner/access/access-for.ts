// What a command needs beyond the sandbox: read from its words and the rule it met; the world is asked through `facts` alone.
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Survey } from '@tars/safety';
import { type Access, USUAL } from '../../shell/access.js';
import { contains, OWN_FOLDERS } from '../../shell/bubblewrap-arguments.js';
import { databasePort } from './database-port.js';
import { type GitFacts, remoteNeed } from './remote-need.js';

export type AccessFacts = GitFacts & {
  /** Real paths that commands may write in anyway. */
  writable: readonly string[];
  exists(path: string): boolean;
  /** Whether a wall on this machine can leave one thing open. */
  canOpenOneThing: boolean;
  /** Who has the port: a program of this machine, one of the task itself, or nobody. */
  listens(port: number): Promise<'outside' | 'inside' | 'nowhere'>;
  /** Whether a process of that number, or with that name, lives outside and none inside. */
  isOnlyOutside(process: Process): Promise<boolean>;
};

/** `alone`: what is needed is only given to a line that does nothing else; `text` tells the model. */
export type Need = { kind: 'access'; access: Access; why: string | null } | { kind: 'alone'; text: string };

/** Rules whose commands are about the machine, the account or somebody else's cloud: nothing of that is inside. */
const OUTSIDE_RULES = new Set([
  'elevate',
  'stop-service',
  'init-script-stop',
  'power',
  'format',
  'partition',
  'dd-device',
  'redirect-device',
  'accounts',
  'settings',
  'tool-settings',
  'sensitive-path',
  'redirect-sensitive',
  'privileged-container',
  'docker-delete',
  'kubernetes-delete',
  'infrastructure-destroy',
  'storage-delete',
  'unpublish',
  'remote-files',
  'fleet-files',
]);
/** Rules whose commands are about files: outside when the files are. */
const FILE_RULES = new Set([
  'rm',
  'find-delete',
  'copy-and-delete',
  'move-away',
  'chmod',
  'set-id-install',
  'truncate',
  'dd-file',
  'replace-by-nothing',
  'edit-to-nothing',
  'empty-trash',
  'duplicates-and-age',
]);

const ALL_RIGHTS = { kind: 'access', access: { kind: 'outside' }, why: null } satisfies Need;
const NOTHING: Need = { kind: 'access', access: USUAL, why: null };

export type Line = {
  command: string;
  calls: Survey['calls'];
  /** The rule that made it ask, or empty. */
  rule: string;
};

export async function accessFor(line: Line, facts: AccessFacts): Promise<Need> {
  const need = await exactNeed(line, facts);
  // Where no wall can leave one thing open, there is only all or nothing.
  const isAll = need.kind === 'access' && need.access.kind !== 'usual' && !facts.canOpenOneThing;
  return isAll ? { ...ALL_RIGHTS, why: need.why } : need;
}

async function exactNeed({ command, calls, rule }: Line, facts: AccessFacts): Promise<Need> {
  if (OUTSIDE_RULES.has(rule)) return ALL_RIGHTS;
  if (FILE_RULES.has(rule)) return calls.some((call) => leavesProject(call, facts)) ? ALL_RIGHTS : NOTHING;
  if (rule === 'kill') return (await killsOutside(calls, facts)) ? ALL_RIGHTS : NOTHING;
  const remote = await remoteNeed(command, calls, facts);
  if (remote !== null) return remote;
  for (const call of calls) {
    const port = databasePort(call.argv);
    if (port !== null && (await facts.listens(port)) === 'outside')
      return { kind: 'access', access: { kind: 'port', port }, why: 'reach a database of this machine' };
  }
  return NOTHING;
}

type Call = Survey['calls'][number];

/** A word that names something that is there, outside of what may be written in. What is in the wall's own folders is the task's. */
function leavesProject({ argv, folder }: Call, { writable, exists }: AccessFacts): boolean {
  return argv.slice(1).some((word) => {
    if (word === null || word === '' || word.startsWith('-') || folder === null) return false;
    const path = resolve(folder, word.replace(/^~(?=\/|$)/, homedir()));
    return ![...writable, ...OWN_FOLDERS, '/dev'].some((own) => contains(own, path)) && exists(path);
  });
}

type Process = { pid: number } | { name: string };

async function killsOutside(calls: readonly Call[], { isOnlyOutside }: AccessFacts): Promise<boolean> {
  const meant = calls.flatMap(({ argv: [program, ...words] }): Process[] => {
    const named = words.filter((word): word is string => word !== null && !/^-|^SIG[A-Z]+$/.test(word));
    switch (basename(program ?? '')) {
      case 'kill':
        return named.filter((word) => /^\d+$/.test(word)).map((word) => ({ pid: Number(word) }));
      case 'pkill':
      case 'killall':
        return named.map((name) => ({ name }));
      default:
        return [];
    }
  });
  const found = await Promise.all(meant.map(isOnlyOutside));
  return found.some((isOutside) => isOutside);
}
