// The api on a port: says where it listens and whom it serves, and drains before it closes.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type HouseDeps, type HouseSettings, openHouse } from './house.js';

/** Headers and body must be here within this time: nobody may hold a connection open by being slow. */
const RECEIVE_MS = 10_000;
/** How often that is looked at; the platform's own 30 s would let the slow stay four times as long. */
const RECEIVE_CHECK_MS = 1_000;
/** More connections than this are one sender's doing; they are closed as they come. */
const MAX_CONNECTIONS = 2_000;
/** Requests in flight get this long to be answered at the end. */
const DRAIN_MS = 5_000;
const IDLE_CHECK_MS = 50;

export type StartedApi = {
  url: string;
  port: number;
  /** Plain sentences about what the settings mean for who can reach it. */
  warnings: string[];
  /** From now on these tokens count. Open streams end: whoever may still come in comes back and misses nothing. */
  renew(settings: HouseSettings): void;
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
  deps: Omit<HouseDeps, 'config'> & { config: HouseSettings & { bindAddress: string; webhookPort: number } },
): Promise<StartedApi> {
  const { bindAddress, webhookPort } = deps.config;
  const closing = new AbortController();
  const house = openHouse({ ...deps, closed: AbortSignal.any([deps.closed, closing.signal]) });
  const server = createAdaptorServer({
    fetch: house.fetch,
    serverOptions: { requestTimeout: RECEIVE_MS, headersTimeout: RECEIVE_MS, connectionsCheckingInterval: RECEIVE_CHECK_MS },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
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
    renew: house.renew,
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

function warningsOf({ webhookTokens, webhookSecrets, apiTokens }: HouseSettings): string[] {
  const closed = [
    ...(webhookTokens === null && webhookSecrets === null ? ['WEBHOOK_TOKEN (for the confirmation webhook)'] : []),
    ...(apiTokens === null ? ['API_TOKEN (for everything else)'] : []),
  ];
  return closed.length === 0
    ? []
    : [`Only direct requests from this machine are served. To be reached by others, set ${closed.join(' and ')}.`];
}
