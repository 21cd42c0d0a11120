// Which Redis to use: the configured one, else that of a running `tars up` of this user, else the local default.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedisEndpoint, RedisTls } from './endpoint.js';
import { answersPing } from './ping.js';

export type ConfiguredRedis =
  | { kind: 'url'; url: string; tls?: RedisTls }
  | { kind: 'host'; host: string; port: number; db: number; password: string | null }
  | { kind: 'unset'; db: number; password: string | null };

const file = (stateDir: string) => join(stateDir, 'redis-socket');

/** Lets other processes of this user find the private Redis while it runs. */
export async function publishPrivateRedis(stateDir: string, socket: string): Promise<() => Promise<void>> {
  await writeFile(file(stateDir), socket, { mode: 0o600 });
  return async () => {
    if ((await readFile(file(stateDir), 'utf8').catch(() => '')) === socket) await rm(file(stateDir), { force: true });
  };
}

/** The endpoint to use; null when none is configured and none answers (`up` and `run` then start a private one). */
export async function discoverRedis(configured: ConfiguredRedis, stateDir: string): Promise<RedisEndpoint | null> {
  if (configured.kind !== 'unset') return configured;
  const socket = await readFile(file(stateDir), 'utf8').catch(() => null);
  const candidates = [
    ...(socket === null ? [] : [{ kind: 'socket', path: socket } as const]),
    { kind: 'host', host: 'localhost', port: 6379, db: configured.db, password: configured.password } as const,
  ];
  for (const endpoint of candidates) {
    if (await answersPing(endpoint)) return endpoint;
  }
  return null;
}
