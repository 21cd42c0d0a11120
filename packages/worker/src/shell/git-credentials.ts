// The owner's git credentials for one remote: asked of the owner's own helpers outside, handed in for one command.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Access } from './access.js';

export type Credentials = { environment: Record<string, string>; readable: string[] };

type Remote = Extract<Access, { kind: 'remote' }>;

const HELPER_MS = 10_000;
/** Prints what the environment holds; the words are git's credential protocol. */
export const HELPER = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$TARS_GIT_USERNAME" "$TARS_GIT_PASSWORD"; }; f`;
/** Through the proxy inside the wall, and never with a question. */
const SSH = "ssh -o BatchMode=yes -o ProxyCommand='socat - PROXY:127.0.0.1:%h:%p,proxyport=3128'";

/**
 * What the command's git may use, and settings of ours over those of the repository: with the credentials at hand nothing runs that the
 * task could have put there (hooks, helpers, signing programs, other ways to the remote).
 */
export async function gitCredentials(remote: Remote): Promise<Credentials> {
  const { username, password } = remote.protocol === 'ssh' ? { username: null, password: null } : await askHelpers(remote.url);
  const agent = process.env.SSH_AUTH_SOCK;
  const usesAgent = remote.protocol === 'ssh' && agent !== undefined && existsSync(agent);
  const settings: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.gitProxy', ''],
    ['protocol.ext.allow', 'never'],
    ['push.gpgSign', 'false'],
    ['credential.helper', ''],
    ...(username === null || password === null
      ? []
      : ([[`credential.${new URL(remote.url).origin}.helper`, HELPER]] satisfies [string, string][])),
  ];
  const counted = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return {
    environment: {
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(counted),
      GIT_ASKPASS: 'true',
      GIT_SSH_COMMAND: SSH,
      ...(usesAgent ? { SSH_AUTH_SOCK: agent } : {}),
      ...(username === null || password === null ? {} : { TARS_GIT_USERNAME: username, TARS_GIT_PASSWORD: password }),
    },
    readable: remote.protocol === 'ssh' ? [join(homedir(), '.ssh'), ...(usesAgent ? [agent] : [])] : [],
  };
}

/** Outside any repository: only the owner's and the machine's settings say which helpers there are. */
export function askHelpers(url: string): Promise<{ username: string | null; password: string | null }> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['credential', 'fill'],
      { cwd: '/', timeout: HELPER_MS, env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', GIT_DIR: '/dev/null' } },
      (_, stdout) => {
        const read = (name: string): string | null => new RegExp(`^${name}=(.+)$`, 'm').exec(stdout)?.[1] ?? null;
        resolve({ username: read('username'), password: read('password') });
      },
    );
    // A helper that reads nothing closes its end early.
    child.stdin?.on('error', () => {});
    child.stdin?.end(`url=${url}\n\n`);
  });
}
