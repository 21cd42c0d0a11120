import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { openHealth } from './open-health.js';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a part lives while its process does, is ready only while it says so, and shows figures only where it has some', async () => {
  const port = await freePort();
  let ready = true;
  const health = await openHealth({ healthPort: port, bindAddress: '127.0.0.1' }, { isReady: () => ready });
  const status = async (path: string, method = 'GET') => (await fetch(`http://127.0.0.1:${port}${path}`, { method })).status;
  expect([await status('/livez'), await status('/readyz'), await status('/metrics'), await status('/livez', 'POST')]).toEqual([
    200, 200, 404, 405,
  ]);
  ready = false;
  expect([await status('/livez'), await status('/readyz')]).toEqual([200, 503]);
  health?.close();
});

test('a health port that is taken is named, with the way out', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(openHealth({ healthPort: port, bindAddress: '127.0.0.1' }, { isReady: () => true })).rejects.toMatchObject({
    code: 'cannot_listen',
    message: expect.stringContaining('HEALTH_PORT'),
  });
  taken.close();
});
