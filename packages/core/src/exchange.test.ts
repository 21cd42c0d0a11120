import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { exchange } from './exchange.js';

let server: Server;
let sockets: Socket[];
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function served(listener: RequestListener): Promise<string> {
  sockets = [];
  server = createServer(listener).on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/place`;
}

const asking = (body: string, signal: AbortSignal = new AbortController().signal) => ({
  method: 'POST',
  headers: { 'content-type': 'text/plain', 'x-own': 'yes' },
  body,
  signal,
});

test('what is sent arrives whole, and what comes back is there as it came, whatever its status', async () => {
  const url = await served(async (request, response) => {
    const said = await text(request);
    response.writeHead(429, { 'retry-after': '7' }).end(`${request.method} ${request.url} ${request.headers['x-own']} ${said}`);
  });
  const answer = await exchange(url, asking('Grüße'));
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '7']);
  expect(await text(answer)).toBe('POST /place yes Grüße');
});

test('one connection serves one request after the other, when each answer is read to its end', async () => {
  const url = await served((request, response) => void request.resume().on('end', () => response.end('ok')));
  for (let time = 0; time < 5; time++) await text(await exchange(url, asking('x')));
  expect(sockets).toHaveLength(1);
});

test('a redirect is an answer like any other', async () => {
  const url = await served(
    (request, response) => void request.resume().on('end', () => response.writeHead(307, { location: '/else' }).end()),
  );
  const answer = await exchange(url, asking('x'));
  expect(answer.statusCode).toBe(307);
  answer.resume();
});

test('who gives up hears so, before an answer and in the middle of one', async () => {
  const url = await served((request, response) => {
    if (request.headers['content-length'] === '2') response.write('begun');
  });
  const giveUp = new AbortController();
  const nothing = exchange(url, asking('x', giveUp.signal));
  const begun = await exchange(url, asking('xx', giveUp.signal));
  const read = text(begun);
  giveUp.abort();
  await expect(nothing).rejects.toMatchObject({ name: 'AbortError' });
  await expect(read).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a connection that is cut is told to whoever reads, and to nobody where nobody does', async () => {
  const url = await served((_, response) => {
    response.write('begun');
    setImmediate(() => response.destroy());
  });
  await expect(exchange(url, asking('x')).then(text)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const unread = await exchange(url, asking('x'));
  await new Promise((resolve) => unread.resume().on('close', resolve));
});

test('nobody there is an error that says so', async () => {
  const url = await served(() => {});
  server.close();
  await expect(exchange(url, asking('x'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
