// The one way out of the wall: an HTTP proxy on a socket file that resolves names itself and connects only where the policy lets it.
import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type EgressPolicy, normalHost } from './egress-policy.js';

export type Resolve = (host: string) => Promise<string[]>;
export type EgressProxy = { close(): void };

const CONNECT_MS = 30_000;
/** Headers that speak of one connection, not of the message. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

const bySystem: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

export async function openEgressProxy(socketPath: string, policy: EgressPolicy, resolve: Resolve = bySystem): Promise<EgressProxy> {
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };

  /** The address that was checked is the one connected to: a name that answers differently the second time gains nothing. */
  const reach = async (host: string, port: number): Promise<Socket> => {
    const refusal = policy.refuseName(host, port);
    if (refusal !== null) throw new RefusedError(refusal);
    const name = normalHost(host) ?? host;
    const addresses = isIP(name) !== 0 ? [name] : await resolve(name);
    const refusals = addresses.map((address) => policy.refuseAddress(address, name, port));
    const first = addresses.find((_, at) => refusals[at] === null);
    if (first === undefined) throw new RefusedError(refusals[0] ?? `${name} has no address`);
    return connected(first, port);
  };

  const server = createServer((incoming, response) => void forward(incoming, response, reach, keep));
  server.on('connection', keep);
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    const { host, port } = placeOf(incoming.url ?? '');
    reach(host, port).then(
      (upstream) => {
        keep(upstream);
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
        client.once('close', () => upstream.destroy());
        upstream.once('close', () => client.destroy());
      },
      (error: unknown) => {
        const { status, words } = answerFor(error);
        client.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${words}\n`);
      },
    );
  });
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socketPath, listening));
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

class RefusedError extends Error {}

type Reach = (host: string, port: number) => Promise<Socket>;

/** A plain request: `GET http://host/path`. Its Host header is what was checked, whatever it said. */
async function forward(incoming: IncomingMessage, response: ServerResponse, reach: Reach, keep: (socket: Socket) => void): Promise<void> {
  const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : null;
  try {
    if (url === null || url.protocol !== 'http:') throw new RefusedError('only http:// addresses and CONNECT pass here');
    const socket = await reach(url.hostname, Number(url.port || 80));
    keep(socket);
    const named = Object.entries(incoming.headers).filter(([name]) => !HOP_BY_HOP.includes(name) && name !== 'host');
    const upstream = request({
      createConnection: () => socket,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(named), host: url.host, connection: 'close' },
    });
    upstream.once('response', (answer) => {
      const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
      answer.pipe(response);
    });
    upstream.once('error', () => response.destroy());
    incoming.pipe(upstream);
  } catch (error) {
    const { status, words } = answerFor(error);
    response.writeHead(Number(status.slice(0, 3)), { 'content-type': 'text/plain', connection: 'close' }).end(`${words}\n`);
  }
}

/** `host:port` or `[v6]:port`; what is neither has no host, which no policy lets through. */
function placeOf(authority: string): { host: string; port: number } {
  const [, host = '', port = '0'] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(authority) ?? [];
  return { host, port: Number(port) };
}

const answerFor = (error: unknown): { status: string; words: string } =>
  error instanceof RefusedError
    ? { status: '403 Forbidden', words: `Refused by the sandbox: ${error.message}.` }
    : { status: '502 Bad Gateway', words: `Not reached: ${error instanceof Error ? error.message : String(error)}.` };

function connected(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: CONNECT_MS });
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
