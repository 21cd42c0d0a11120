// A port for the platform to ask whether this notifier lives, hears Redis, and what became of its messages.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Outcome } from './channel.js';

export type HealthQuestions = {
  isReady(): Promise<boolean>;
  outcomes: Readonly<Record<Outcome['kind'], number>>;
};

export async function serveHealth(port: number, address: string, { isReady, outcomes }: HealthQuestions): Promise<{ close(): void }> {
  const server = createServer(async ({ method, url }, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body);
    const json = (status: number, body: object) => answer(status, 'application/json', JSON.stringify(body));
    if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'error', reason: 'method_not_allowed' });
    switch (url) {
      case '/livez':
        return json(200, { status: 'ok' });
      case '/readyz':
        return (await isReady()) ? json(200, { status: 'ok' }) : json(503, { status: 'error', reason: 'redis_unreachable' });
      case '/metrics':
        return answer(200, 'text/plain; version=0.0.4', metrics(outcomes));
      default:
        return json(404, { status: 'error', reason: 'not_found' });
    }
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** In Prometheus' text format. */
const metrics = (outcomes: HealthQuestions['outcomes']): string =>
  [
    '# HELP tars_notifications_total Events by what became of them on their way out.',
    '# TYPE tars_notifications_total counter',
    ...Object.entries(outcomes).map(([outcome, count]) => `tars_notifications_total{transport="n8n",outcome="${outcome}"} ${count}`),
    '',
  ].join('\n');
