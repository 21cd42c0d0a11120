// Where git would really go for a remote: its address by the project's and the owner's settings, then its host and port.
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { RemotePlace } from './remote-need.js';

const run = promisify(execFile);
const WITHIN_MS = 5_000;
const DEFAULT_PORTS = { ssh: 22, https: 443, http: 80 } as const;

export async function remotePlace(folder: string, remote: string | null, verb: 'push' | 'fetch'): Promise<RemotePlace | null> {
  const named = remote ?? (await usualRemote(folder, verb));
  const url = (await ask(folder, ['remote', 'get-url', ...(verb === 'push' ? ['--push'] : []), named])) ?? named;
  return placeOf(url, folder);
}

async function usualRemote(folder: string, verb: 'push' | 'fetch'): Promise<string> {
  const branch = await ask(folder, ['symbolic-ref', '--short', 'HEAD']);
  const keys = [...(verb === 'push' ? [`branch.${branch}.pushRemote`, 'remote.pushDefault'] : []), `branch.${branch}.remote`];
  for (const key of keys) {
    const name = await ask(folder, ['config', '--get', key]);
    if (name !== null) return name;
  }
  return 'origin';
}

/** The owner's own settings count: they may rewrite addresses. Nothing of these commands runs a program of the project. */
async function ask(folder: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['-c', 'core.fsmonitor=false', ...args], { cwd: folder, timeout: WITHIN_MS });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

async function placeOf(url: string, folder: string): Promise<RemotePlace | null> {
  const web = /^(https?|ssh|git\+ssh):\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  if (web !== null) {
    const protocol = web.protocol === 'https:' ? 'https' : web.protocol === 'http:' ? 'http' : 'ssh';
    const host = web.hostname.replace(/^\[(.*)\]$/, '$1');
    if (protocol === 'ssh') return sshPlace(url, host, web.port === '' ? null : Number(web.port));
    return { kind: 'host', protocol, url, host, port: Number(web.port || DEFAULT_PORTS[protocol]) };
  }
  const short = /^(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+):(?!\/\/)/.exec(url);
  if (short?.[1] !== undefined && !existsSync(resolve(folder, url))) return sshPlace(url, short[1].replace(/^\[(.*)\]$/, '$1'), null);
  const path = resolve(folder, url.replace(/^file:\/\//, ''));
  return existsSync(path) ? { kind: 'folder', path: realpathSync(path) } : null;
}

/** The owner's ssh settings give names to hosts. */
async function sshPlace(url: string, name: string, port: number | null): Promise<RemotePlace> {
  const { stdout } = await run('ssh', ['-G', ...(port === null ? [] : ['-p', String(port)]), '--', name], { timeout: WITHIN_MS }).catch(
    () => ({
      stdout: '',
    }),
  );
  const setting = (key: string): string | undefined => new RegExp(`^${key} (\\S+)$`, 'm').exec(stdout)?.[1];
  return {
    kind: 'host',
    protocol: 'ssh',
    url,
    host: setting('hostname') ?? name,
    port: Number(setting('port') ?? port ?? DEFAULT_PORTS.ssh),
  };
}
