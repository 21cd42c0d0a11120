// A TCP port in front of a test's Redis: open, shut, or open and silent.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type RedisGate = {
  url: string;
  open(): Promise<void>;
  /** Breaks every connection and takes no new one. */
  shut(): Promise<void>;
  /** Takes connections from now on, and answers nothing on them. */
  hush(): void;
};

export async function openGate(socketPath: string): Promise<RedisGate> {
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((client) => {
    sockets.add(client.on('error', () => {}));
    if (silent) return;
    const redis = connect(socketPath).on('error', () => client.destroy());
    sockets.add(redis);
    client.pipe(redis).pipe(client);
    client.on('close', () => redis.destroy());
    redis.on('close', () => client.destroy());
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    url: `redis://127.0.0.1:${port}`,
    async open() {
      silent = false;
      if (!server.listening) await listen(port);
    },
    async shut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
    hush() {
      silent = true;
    },
  };
}
