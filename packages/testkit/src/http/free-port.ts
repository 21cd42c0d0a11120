// A port on loopback for a process that must be told one before it listens.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free a moment ago; nobody keeps it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
