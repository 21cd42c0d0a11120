// Where a sandbox was wanted and there is none: what it would have stopped, and is therefore asked for.
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Survey } from '@tars/safety';
import { contains } from '../../shell/bubblewrap-arguments.js';
import { isSecretFile } from '../../workspace/secret-file.js';

/** Programs that talk to other machines; downloads of packages are not among them. */
const TALKS = new Set([
  'curl',
  'wget',
  'ssh',
  'scp',
  'sftp',
  'rsync',
  'nc',
  'ncat',
  'netcat',
  'socat',
  'telnet',
  'ftp',
  'lftp',
  'aria2c',
  'http',
  'https',
]);
const GIT_TALKS = new Set(['push', 'fetch', 'pull', 'clone', 'ls-remote']);
/** Reading, looking round, versions and installing: these never ask, except for credentials. */
const READS = new Set([
  'cat',
  'ls',
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'head',
  'tail',
  'wc',
  'cd',
  'pwd',
  'echo',
  'printf',
  'test',
  '[',
  'stat',
  'file',
  'which',
  'du',
  'df',
  'tree',
  'less',
  'more',
  'diff',
  'sort',
  'find',
  'npm',
  'pnpm',
  'yarn',
  'pip',
  'pip3',
  'python',
  'python3',
  'node',
  'cargo',
  'go',
]);
const GIT_READS = new Set(['status', 'log', 'diff', 'show', 'branch']);
const LOOPBACK = /^(\w+:\/\/)?(localhost|127(\.\d{1,3}){3}|\[::1\])([:/]|$)/i;
const HARMLESS = /^\/(dev\/(null|stdout|stderr|stdin|tty|zero)|proc\/self\/fd\/)/;

export type Surroundings = {
  /** Real paths where commands may write. */
  writable: readonly string[];
  /** Credentials and TARS' own state. */
  hidden: readonly string[];
  /** Among what is hidden, and yet for the task: the whole outputs of its commands. */
  readable: readonly string[];
};

/** Why the line should ask although its commands look harmless; null when it need not. */
export function uncontained({ calls }: Pick<Survey, 'calls'>, around: Surroundings): string | null {
  for (const call of calls) {
    const why = whyOf(call, around);
    if (why !== null) return why;
  }
  return null;
}

type Call = Survey['calls'][number];

function whyOf({ argv, folder }: Call, { writable, hidden, readable }: Surroundings): string | null {
  const program = basename(argv[0] ?? '');
  const words = argv.slice(1).filter((word): word is string => word !== null && word !== '' && !word.startsWith('-'));
  const paths = folder === null ? [] : words.map((word) => resolve(folder, word.replace(/^~(?=\/|$)/, homedir())));
  const isIn = (folders: readonly string[], path: string): boolean => folders.some((one) => contains(one, path));
  const isSecret = (path: string): boolean => isSecretFile(basename(path)) || (isIn(hidden, path) && !isIn(readable, path));
  if (paths.some(isSecret)) return 'read credentials without a sandbox';
  if (TALKS.has(program)) return words.some((word) => LOOPBACK.test(word)) ? null : 'use the network without a sandbox';
  if (program === 'git') return ofGit(words);
  if (READS.has(program)) return null;
  const leaves = words.some((word, at) => {
    const path = paths[at];
    return (
      path !== undefined && /^(\/|~|\.\.)|\/\.\.(\/|$)/.test(word) && !HARMLESS.test(path) && !writable.some((own) => contains(own, path))
    );
  });
  return leaves ? 'leave the project without a sandbox' : null;
}

function ofGit(words: readonly string[]): string | null {
  const verb = words.find((word) => GIT_TALKS.has(word) || GIT_READS.has(word));
  return verb !== undefined && GIT_TALKS.has(verb) ? 'use the network without a sandbox' : null;
}
