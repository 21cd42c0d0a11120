// A redis-server of our own on a unix socket: no port, nobody else's data, and every accepted write on disk.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisEndpoint } from './endpoint.js';
import { answersPing } from './ping.js';

const SERVERS = ['redis-server', 'valkey-server'];
const BOOT_MS = 10_000;
const ASK_MS = 5;
const STOP_MS = 5_000;

export type PrivateRedis = {
  endpoint: Extract<RedisEndpoint, { kind: 'socket' }>;
  pid: number;
  /** Ends the server and waits for it: SIGTERM saves and exits, SIGKILL is a crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same data and socket, after `stop`. */
  restart(): Promise<void>;
  /** Stops it and removes the socket, and the data when it was temporary. */
  close(): Promise<void>;
};

export class NoRedisServerError extends Error {
  readonly code = 'no_redis_server';
  constructor() {
    super(
      'No redis-server or valkey-server on PATH. Install one (Debian: apt install redis-server, macOS: brew install redis) or set REDIS_URL.',
    );
  }
}

/** The first server binary on `path`, or null. */
export function findRedisServer(path = process.env.PATH ?? ''): string | null {
  const places = path.split(delimiter).flatMap((folder) => SERVERS.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** Starts a private server; `dataDir` keeps its data between starts, without it they are gone at `close`. */
export async function startPrivateRedis({
  dataDir,
  binary = findRedisServer(),
}: {
  dataDir?: string;
  binary?: string | null;
} = {}): Promise<PrivateRedis> {
  if (binary === null) throw new NoRedisServerError();
  // A socket's path must stay under 108 bytes, so it never lies beside the data.
  const socketDir = await mkdtemp(join(tmpdir(), 'tars-redis-'));
  const dir = dataDir ?? socketDir;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(socketDir, 'redis.sock');
  const endpoint = { kind: 'socket', path } as const;

  const boot = async (): Promise<ChildProcess> => {
    const server = spawn(
      binary,
      [
        '--port',
        '0',
        '--unixsocket',
        path,
        '--unixsocketperm',
        '700',
        '--dir',
        dir,
        '--appendonly',
        'yes',
        '--appendfsync',
        'always',
        '--save',
        '',
        '--maxmemory-policy',
        'noeviction',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    const told: string[] = [];
    server.stdout?.on('data', (chunk) => told.push(String(chunk)));
    server.stderr?.on('data', (chunk) => told.push(String(chunk)));
    // `close`, not `exit`: only then everything it said has been read.
    const died = once(server, 'close').then(() => {
      throw new Error(`redis-server ended at once: ${told.join('').slice(-500)}`);
    });
    const booting = new AbortController();
    try {
      await Promise.race([answers(path, booting.signal), died]);
    } catch (error) {
      server.kill('SIGKILL');
      throw error;
    } finally {
      booting.abort();
    }
    server.stdout?.removeAllListeners('data').resume();
    server.stderr?.removeAllListeners('data').resume();
    server.unref();
    return server;
  };

  let server = await boot().catch(async (error) => {
    await rm(socketDir, { recursive: true, force: true });
    throw error;
  });
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    // Else a process with nothing else to do would end before the server has.
    server.ref();
    if (signal === 'SIGTERM') askToEnd(path);
    server.kill(signal);
    // A server that is writing its first append-only file ignores SIGTERM; every accepted write is on disk already.
    const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  };
  return {
    endpoint,
    get pid() {
      return server.pid ?? -1;
    },
    stop,
    async restart() {
      server = await boot();
    },
    async close() {
      await stop();
      await rm(socketDir, { recursive: true, force: true });
    },
  };
}

/** It ends at once, while for a signal it looks ten times a second. Every accepted write is on disk already. */
function askToEnd(path: string): void {
  connect(path)
    .on('error', () => {})
    .end('SHUTDOWN NOSAVE\r\n');
}

/** Resolves once the server answers PING: it first opens the socket, then may still be loading. Aborted, it stops asking. */
async function answers(path: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + BOOT_MS;
  while (!(await answersPing({ kind: 'socket', path }))) {
    if (signal.aborted) return;
    if (Date.now() > deadline) throw new Error(`redis-server does not answer at ${path}.`);
    await delay(ASK_MS);
  }
}
