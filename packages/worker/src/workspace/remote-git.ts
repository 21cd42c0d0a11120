// Git towards another machine: the owner's credentials, one protocol, no question, no hook, and an end to time and size.
import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askHelpers, HELPER } from '../shell/git-credentials.js';
import { environmentWith, SETTINGS } from './git.js';

export type Remote = {
  url: string;
  /** Marks by which whatever is started is found, should nobody live to end it. */
  marks: Readonly<Record<string, string>>;
  withinMs: number;
  signal: AbortSignal;
};

/** What a person can mend; its words are fit to be told. */
export class RemoteGitError extends Error {}

/** Of the worker's environment, what tells git how to get out and who it is; the keys and tokens of TARS are not among it. */
const FROM_ENVIRONMENT = [
  ...['HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'ALL_PROXY'],
];
const LOOK_MS = 200;
const LONGEST_WORDS = 300;
const MOST_PRINTED = 64 * 1024;

/** A redirect would lead past the list of what may be cloned, a broken object past what git checks by itself. */
const OVER_THE_NET = [
  'http.followRedirects=false',
  'http.lowSpeedLimit=500',
  'http.lowSpeedTime=60',
  'fetch.fsckObjects=true',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'push.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'credential.helper=',
].flatMap((setting) => ['-c', setting]);

/** `ssh` for what is written as `user@host:path` too. */
const protocolOf = (url: string): string => /^([a-z]+):\/\//.exec(url)?.[1] ?? 'ssh';

/** Runs git in `folder`, which may grow to `mostBytes`. */
export async function remoteGit(
  folder: string,
  args: readonly string[],
  { url, marks, withinMs, signal }: Remote,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<void> {
  const protocol = protocolOf(url);
  const isWeb = protocol === 'https' || protocol === 'http';
  const { username, password } = isWeb ? await askHelpers(url) : { username: null, password: null };
  const isKnown = username !== null && password !== null;
  const settings = [...SETTINGS, ...OVER_THE_NET, ...(isKnown ? ['-c', `credential.${new URL(url).origin}.helper=${HELPER}`] : [])];
  const fromEnvironment = FROM_ENVIRONMENT.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  signal.throwIfAborted();
  const child = spawn('git', [...settings, ...args], {
    cwd: folder,
    // A group of its own, so that its helpers end with it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environmentWith({
      ...Object.fromEntries(fromEnvironment),
      ...marks,
      GIT_ALLOW_PROTOCOL: protocol,
      GIT_ASKPASS: 'true',
      GIT_SSH_COMMAND: `${process.env.GIT_SSH_COMMAND ?? 'ssh'} -o BatchMode=yes -o ConnectTimeout=30`,
      ...(isKnown ? { TARS_GIT_USERNAME: username, TARS_GIT_PASSWORD: password } : {}),
    }),
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-MOST_PRINTED);
  });
  let why: string | null = null;
  const stop = (reason: string): void => {
    why ??= reason;
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const abort = () => stop('it was called off');
  signal.addEventListener('abort', abort);
  const late = setTimeout(() => stop(`it took longer than ${Math.round(withinMs / 1_000)} seconds`), withinMs);
  const look = setInterval(() => {
    void bytesIn(folder).then((bytes) => bytes > mostBytes && stop(tooLarge(mostBytes)));
  }, LOOK_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    // What came in a moment is looked at all the same.
    if (code === 0 && (await bytesIn(folder)) > mostBytes) why ??= tooLarge(mostBytes);
    if (code !== 0 || why !== null) throw new RemoteGitError(why ?? wordsOf(printed, password));
  } finally {
    clearInterval(look);
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  }
}

export const tooLarge = (bytes: number): string => `it is larger than ${Math.round(bytes / 2 ** 20)} MB (PROJECTS_GIT_MAX_MB)`;

/** Of all that git says, what names the reason. */
function wordsOf(printed: string, password: string | null): string {
  const clean = password === null ? printed : printed.replaceAll(password, '[redacted]');
  const lines = clean.split('\n').filter((line) => /^(fatal|error|ERROR|remote|Host key|ssh|.*Permission denied)/.test(line));
  const words = lines.slice(0, 4).join(' ').trim();
  return (words === '' ? 'git says nothing of why' : words).slice(0, LONGEST_WORDS);
}

/** As far as it can be read; files come and go meanwhile. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return bytesIn(path);
      return stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
