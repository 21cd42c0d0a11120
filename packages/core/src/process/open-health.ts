// A port for the platform to ask whether a part lives and hears Redis, and for its figures where it has some.
import { once } from 'node:events';
import { createServer } from 'node:http';

export type HealthQuestions = {
  isReady(): boolean | Promise<boolean>;
  /** In Prometheus' text format; without it there is no such path. */
  metrics?(): string | Promise<string>;
};

/** The port is taken, or not this user's to open. */
export class HealthPortError extends Error {
  readonly code = 'cannot_listen';
  constructor(port: number, address: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`The health port ${address}:${port} cannot be opened (${why}). Set HEALTH_PORT to a free one.`, { cause });
  }
}

type Place = { healthPort: number | null; bindAddress: string };

/** Null where no health port is set. */
export async function openHealth(
  { healthPort: port, bindAddress: address }: Place,
  questions: HealthQuestions,
): Promise<{ close(): void } | null> {
  if (port === null) return null;
  const server = createServer(async ({ method, url }, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body);
    const json = (status: number, body: object) => answer(status, 'application/json', JSON.stringify(body));
    if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'error', reason: 'method_not_allowed' });
    if (url === '/livez') return json(200, { status: 'ok' });
    if (url === '/readyz')
      return (await questions.isReady()) ? json(200, { status: 'ok' }) : json(503, { status: 'error', reason: 'redis_unreachable' });
    if (url === '/metrics' && questions.metrics !== undefined) return answer(200, 'text/plain; version=0.0.4', await questions.metrics());
    return json(404, { status: 'error', reason: 'not_found' });
  });
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new HealthPortError(port, address, cause);
  }
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
