// A port of its own for one process of the product, in front of the one Redis: what passes can be held, dropped and struck at.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createSplitter, isPush } from './resp.mjs';
import { watchedCommand } from './watched-commands.mjs';

/**
 * `before(command)` and `after(command, reply)` are awaited, `after` only for what Redis did not refuse; what they resolve
 * to decides: `'cut'` breaks the connection there, anything else lets the message pass. Everything behind it waits.
 */
export async function openRedisGate(socketPath, { before, after }) {
  const sockets = new Set();
  const server = createServer((client) => {
    const redis = connect(socketPath);
    const cut = () => {
      client.destroy();
      redis.destroy();
      sockets.delete(cut);
    };
    sockets.add(cut);
    for (const socket of [client, redis]) {
      socket.setNoDelay?.(true);
      socket.on('error', cut).on('close', cut);
    }
    const asked = [];
    pass(client, redis, async (frame) => {
      const command = watchedCommand(frame);
      asked.push(command);
      return command === null || (await before(command)) !== 'cut';
    });
    pass(redis, client, async (frame) => {
      const command = isPush(frame) ? null : (asked.shift() ?? null);
      if (command === null || frame[0] === '-'.charCodeAt(0)) return true;
      return (await after(command, frame.toString('latin1', 0, 200))) !== 'cut';
    });

    function pass(from, to, mayPass) {
      const split = createSplitter();
      const waiting = [];
      let isBusy = false;
      const drain = async () => {
        if (isBusy) return;
        isBusy = true;
        for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
          if (!(await mayPass(frame))) return cut();
          if (!to.destroyed) to.write(frame);
        }
        isBusy = false;
      };
      from.on('data', (chunk) => {
        waiting.push(...split(chunk));
        void drain();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      for (const cut of [...sockets]) cut();
    },
  };
}
