// The api on a port: says where it listens and whom it serves, and drains before it closes.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { ApiDeps, ApiSettings } from './api-env.js';
import { createApi } from './app.js';

/** Headers and body must be here within this time: nobody may hold a connection open by being slow. */
const RECEIVE_MS = 10_000;
/** Requests in flight get this long to be answered at the end. */
const DRAIN_MS = 5_000;
const IDLE_CHECK_MS = 50;

export type StartedApi = {
  url: string;
  port: number;
  /** Plain sentences about what the settings mean for who can reach it. */
  warnings: string[];
  close(): Promise<void>;
};

export class ListenError extends Error {
  readonly code = 'cannot_listen';
  constructor(address: string, port: number, cause: unknown) {
    const isTaken = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = isTaken ? 'the port is taken' : String(cause);
    super(`The api cannot listen on ${address}:${port}: ${why}. Set WEBHOOK_PORT (0 takes a free one) or BIND_ADDRESS.`, { cause });
  }
}

/** Listens on `config.bindAddress` and `config.webhookPort` (0: a free port); throws `ListenError` when it cannot. */
export async function startApi(
  deps: Omit<ApiDeps, 'config'> & { config: ApiSettings & { bindAddress: string; webhookPort: number } },
): Promise<StartedApi> {
  const { bindAddress, webhookPort } = deps.config;
  const closing = new AbortController();
  const server = createAdaptorServer({
    fetch: createApi({ ...deps, closed: AbortSignal.any([deps.closed, closing.signal]) }).fetch,
    serverOptions: { requestTimeout: RECEIVE_MS, headersTimeout: RECEIVE_MS },
  }) as Server;
  try {
    server.listen(webhookPort, bindAddress);
    await once(server, 'listening');
  } catch (cause) {
    throw new ListenError(bindAddress, webhookPort, cause);
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress}:${port}`,
    port,
    warnings: warningsOf(deps.config),
    async close() {
      const closed = once(server, 'close');
      // A stream would never end by itself; its client comes back to whoever serves next.
      closing.abort();
      server.close();
      // What is answered from now on leaves its connection idle, and a client may keep it for long.
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

function warningsOf({ webhookToken, webhookSecret, apiToken }: ApiSettings): string[] {
  const closed = [
    ...(webhookToken === null && webhookSecret === null ? ['WEBHOOK_TOKEN (for the confirmation webhook)'] : []),
    ...(apiToken === null ? ['API_TOKEN (for everything else)'] : []),
  ];
  return closed.length === 0
    ? []
    : [`Only direct requests from this machine are served. To be reached by others, set ${closed.join(' and ')}.`];
}
