// A socket file that leads to one loopback port of this machine.
import { connect, createServer, type Socket } from 'node:net';

export async function openPortDoor(socketPath: string, port: number): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect({ host: '127.0.0.1', port });
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
      socket.on('error', () => socket.destroy());
    }
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socketPath, listening));
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
