// The wall by plain bubblewrap: own mounts, own process, network and host names, and a proxy of ours as the only way out.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bubblewrapArguments, NETWORK_INSIDE } from './bubblewrap-arguments.js';
import { quoted } from './command-loop.js';
import { createEgressPolicy } from './egress-policy.js';
import { openEgressProxy } from './egress-proxy.js';
import { findExecutable } from './executable.js';
import { guardedPaths } from './hidden-paths.js';
import { outputsIn } from './output-folder.js';
import { openPortDoor } from './port-door.js';
import type { Opening, Sandbox, SandboxOptions } from './sandbox.js';

/** Inside its own network only: taken on no machine. */
const PROXY_PORT = 3128;
/** Longer paths no socket file can have. */
const LONGEST_SOCKET_PATH = 100;

const HELP_MS = 5_000;

const run = promisify(execFile);

export async function openBubblewrap(options: SandboxOptions, opening: Opening): Promise<Sandbox> {
  const { projectDir, tempDir, stateDir, allowedDomains, privateAddresses } = options;
  const program = findExecutable('bwrap') ?? 'bwrap';
  mkdirSync(outputsIn(stateDir), { recursive: true, mode: 0o700 });
  const outside = await mkdtemp(join(shortFolder(), 'tars-'));
  const policy = createEgressPolicy({ allowedDomains, privateAddresses, approved: opening.place ?? undefined });
  const doors = await Promise.all([
    openEgressProxy(join(outside, String(PROXY_PORT)), policy),
    ...opening.ports.map((port) => openPortDoor(join(outside, String(port)), port)),
  ]);
  const canForbidNesting = await forbidsNesting(program);

  return {
    kind: 'bubblewrap',
    // Secret files that came since are seen again by every wall that is built: with each new shell.
    async wrap(command) {
      const guarded = guardedPaths(projectDir);
      const walls = bubblewrapArguments({
        projectDir,
        tempDir,
        outputs: outputsIn(stateDir),
        hidden: [...guarded.hidden, ...options.hidden],
        frozen: guarded.runByGit,
        network: { outside, inside: NETWORK_INSIDE },
        readable: [...(options.readable ?? []), ...opening.readable],
        writable: opening.writable,
        canForbidNesting,
      });
      const script = [...[PROXY_PORT, ...opening.ports].map(bridge), ...proxySettings(opening), command].join('\n');
      return { file: program, args: [...walls, '--', 'bash', '--noprofile', '--norc', '-c', script] };
    },
    async close() {
      for (const door of doors) door.close();
      await rm(outside, { recursive: true, force: true });
    },
  };
}

const proxySettings = ({ place }: Opening): string[] => [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'].map(
    (name) => `export ${name}=http://127.0.0.1:${PROXY_PORT}`,
  ),
  // What the task serves to itself is reached without it; an approved place may itself be on loopback, outside.
  ...['NO_PROXY', 'no_proxy'].map((name) => `export ${name}=${place === null ? 'localhost,127.0.0.1,::1' : ''}`),
  // Newer versions of node take the proxy from the environment only when told to.
  'export NODE_USE_ENV_PROXY=1',
];

/** A loopback port inside that leads through a socket file to the outside; the next line runs once it listens. */
const bridge = (port: number): string => {
  const listening = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return [
    `socat TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:${quoted(join(NETWORK_INSIDE, String(port)))} </dev/null >/dev/null 2>&1 &`,
    `until [[ $(</proc/net/tcp) == *${quoted(listening)}* ]] || ! kill -0 $! 2>/dev/null; do sleep 0.002; done`,
  ].join('\n');
};

const shortFolder = (): string => (tmpdir().length + 'tars-XXXXXX/65535'.length < LONGEST_SOCKET_PATH ? tmpdir() : '/tmp');

const asked = new Map<string, Promise<boolean>>();

/** Whether this bubblewrap can; asked once in a process, and by a runner that waits before it has a task. */
export function forbidsNesting(program = findExecutable('bwrap') ?? 'bwrap'): Promise<boolean> {
  const known = asked.get(program) ?? helpOf(program).then((help) => help.includes('--disable-userns'));
  asked.set(program, known);
  return known;
}

const helpOf = async (program: string): Promise<string> =>
  (await run(program, ['--help'], { timeout: HELP_MS }).catch(() => ({ stdout: '' }))).stdout;
