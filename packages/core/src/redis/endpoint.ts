// Where Redis listens, and how each of the two clients wants to be told.
import type { RedisClientOptions } from '@redis/client';

export type RedisEndpoint =
  | { kind: 'socket'; path: string }
  | { kind: 'url'; url: string }
  | { kind: 'host'; host: string; port: number; db: number; password: string | null };

/** The options of the `redis` 6 client, which reads and writes the record. */
export function recordOptions(endpoint: RedisEndpoint): RedisClientOptions {
  switch (endpoint.kind) {
    case 'socket':
      return { socket: { path: endpoint.path, tls: false } };
    case 'url':
      return { url: endpoint.url };
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
  const patient = { retry_strategy: ({ attempt }: { attempt: number }) => Math.min(attempt * 100, 2_000) };
  switch (endpoint.kind) {
    case 'socket':
      return { ...patient, path: endpoint.path };
    case 'url':
      return { ...patient, url: endpoint.url };
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
