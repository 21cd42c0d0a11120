// A port for the platform to ask whether this worker lives and hears Redis.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

export async function serveHealth(port: number, bindAddress: string, ready: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/livez') answer(200, { status: 'ok' });
    else if (request.url === '/readyz') answer(ready() ? 200 : 503, { status: ready() ? 'ok' : 'not ready' });
    else answer(404, { status: 'error', reason: 'not_found' });
  });
  server.listen(port, bindAddress);
  await once(server, 'listening');
  return server;
}
