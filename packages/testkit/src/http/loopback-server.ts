// An HTTP server on loopback that can also stop listening for a while, as a service that is down does.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type LoopbackServer = {
  url: string;
  port: number;
  /** Drops every open connection and refuses new ones for this long; a second call starts the time anew. */
  refuseFor(ms: number): void;
  close(): Promise<void>;
};

/** Port 0 takes a free one. */
export async function listenOnLoopback(port: number, answer: RequestListener): Promise<LoopbackServer> {
  const server = createServer(answer);
  const listen = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  await listen(port);
  const bound = (server.address() as AddressInfo).port;
  let back: NodeJS.Timeout | undefined;
  /** Every change waits for the one before, so that `close` in the middle of a return leaves nothing listening. */
  let settled: Promise<void> = Promise.resolve();
  const then = (change: () => Promise<void>) => {
    settled = settled.then(change);
    return settled;
  };

  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    refuseFor(ms) {
      clearTimeout(back);
      void then(stop);
      back = setTimeout(() => void then(() => listen(bound)), ms);
    },
    close() {
      clearTimeout(back);
      return then(stop);
    },
  };
}
