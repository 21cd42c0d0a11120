// The service of a voice model on this machine: speaks the wire form over a real WebSocket, and does what the test says.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { waitUntil } from '@tars/testkit';
import { type WebSocket, WebSocketServer } from 'ws';
import { PATIENCE_MS } from './observed.js';

export type VoiceService<ToHost> = {
  /** `127.0.0.1:port`. */
  host: string;
  /** What the host that connected last asked for, and with which key. */
  lastRequest(): { path: string; authorization: string | undefined };
  send(message: ToHost): void;
  /** The next message of the host, after the one that was found last, of which `find` makes something. */
  hears<T>(what: string, find: (message: Record<string, unknown>) => T | undefined | null | false): Promise<T>;
  /** All that was ever received, as text. */
  received(): string;
  /** Cuts the connection as a network does: without a word. */
  drop(): void;
  close(): Promise<void>;
};

/** `reply`: what the service says by itself to a message of the host, if anything. */
export async function startVoiceService<ToHost>(
  reply: (message: Record<string, unknown>) => ToHost | null = () => null,
): Promise<VoiceService<ToHost>> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const messages: Record<string, unknown>[] = [];
  let place = 0;
  let current: WebSocket | null = null;
  let request = { path: '', authorization: undefined as string | undefined };
  server.on('connection', (socket, incoming) => {
    current = socket;
    request = { path: incoming.url ?? '', authorization: incoming.headers.authorization };
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Record<string, unknown>;
      messages.push(message);
      const answer = reply(message);
      if (answer !== null) socket.send(JSON.stringify(answer));
    });
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastRequest: () => request,
    send(message) {
      current?.send(JSON.stringify(message));
    },
    hears: (what, find) =>
      waitUntil(
        () => {
          while (place < messages.length) {
            const message = messages[place++];
            const found = message === undefined ? null : find(message);
            if (found) return found;
          }
          return null;
        },
        { timeoutMs: PATIENCE_MS, what: `${what} in:\n${messages.map((message) => JSON.stringify(message).slice(0, 300)).join('\n')}` },
      ),
    received: () => messages.map((message) => JSON.stringify(message)).join('\n'),
    drop: () => current?.terminate(),
    async close() {
      current?.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
