// Where Redis listens, and how each of the two clients wants to be told.
import { isIP } from 'node:net';
import type { RedisClientOptions } from '@redis/client';

export type RedisEndpoint =
  | { kind: 'socket'; path: string }
  | { kind: 'url'; url: string; tls?: RedisTls }
  | { kind: 'host'; host: string; port: number; db: number; password: string | null };

/** Beside what the system trusts and the URL says: who vouches for the server, and the name it is asked for. */
export type RedisTls = Readonly<{ ca?: string; servername?: string }>;

/** Null for one that is reached in the clear. Neither client asks for a name by itself, and a service of many servers needs one. */
function tlsOf({ url, tls = {} }: Extract<RedisEndpoint, { kind: 'url' }>): RedisTls | null {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'rediss:') return null;
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? { servername: host, ...tls } : tls;
}

/** The options of the `redis` 6 client, which reads and writes the record. */
export function recordOptions(endpoint: RedisEndpoint): RedisClientOptions {
  switch (endpoint.kind) {
    case 'socket':
      return { socket: { path: endpoint.path, tls: false } };
    case 'url': {
      const tls = tlsOf(endpoint);
      return { url: endpoint.url, ...(tls === null ? {} : { socket: { tls: true, ...tls } as NonNullable<RedisClientOptions['socket']> }) };
    }
    case 'host':
      return {
        socket: { host: endpoint.host, port: endpoint.port },
        database: endpoint.db,
        ...(endpoint.password === null ? {} : { password: endpoint.password }),
      };
  }
}

/** The options of bee-queue, which brings a `redis` 3 client of its own. */
export function doorbellOptions(endpoint: RedisEndpoint): Record<string, unknown> {
  const patient = {
    retry_strategy: ({ attempt }: { attempt: number }) => Math.min(attempt * 100, 2_000),
    // It would ask INFO first, which a user of a managed Redis may not be allowed; the record's connection has been answered already.
    no_ready_check: true,
  };
  switch (endpoint.kind) {
    case 'socket':
      return { ...patient, path: endpoint.path };
    case 'url': {
      const tls = tlsOf(endpoint);
      return { ...patient, url: endpoint.url, ...(tls === null ? {} : { tls }) };
    }
    case 'host':
      return {
        ...patient,
        host: endpoint.host,
        port: endpoint.port,
        db: endpoint.db,
        ...(endpoint.password === null ? {} : { password: endpoint.password }),
      };
  }
}

/** For logs and errors: where, never with a password. */
export function endpointName(endpoint: RedisEndpoint): string {
  switch (endpoint.kind) {
    case 'socket':
      return endpoint.path;
    case 'url': {
      const { hostname, port, pathname } = new URL(endpoint.url);
      return `${hostname}:${port || 6379}${pathname}`;
    }
    case 'host':
      return `${endpoint.host}:${endpoint.port}/${endpoint.db}`;
  }
}
