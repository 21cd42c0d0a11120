// The way out of the wall: which names and addresses it leads to, over real sockets.
import { createServer as createHttp, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TempDir, tempDir } from '@tars/testkit';
import { createEgressPolicy, normalHost } from './egress-policy.js';
import { type EgressProxy, openEgressProxy } from './egress-proxy.js';

const policy = createEgressPolicy({ allowedDomains: ['good.com', '*.suffix.org', 'xn--bcher-kva.example'], privateAddresses: [] });

test.each(['good.com', 'GOOD.com', 'good.com.', 'a.suffix.org', 'a.b.suffix.org', 'bücher.example'])('the name %s is allowed', (host) => {
  expect(policy.refuseName(host, 443)).toBeNull();
});

test.each([
  'good.com.evil.com',
  'evilgood.com',
  'sub.good.com',
  'suffix.org',
  'evilsuffix.org',
  'evil.com\0.suffix.org',
  'evil.com%00.suffix.org',
  'evil.com/.suffix.org',
  'evil.com#.suffix.org',
  'evil.com@good.com',
  'good.com:80@evil.com',
  'evil.com\\.suffix.org',
  'evil.com .suffix.org',
  'evil.com\n.suffix.org',
  'good。com.evil.com',
  'gооd.com',
  '.suffix.org',
  '',
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '[::1]',
])('the name %j is refused', (host) => {
  expect(policy.refuseName(host, 443)).not.toBeNull();
});

test('a full-width dot is a dot, and the name it makes is the one that counts', () => {
  expect(normalHost('good。com')).toBe('good.com');
  expect(normalHost('good．com')).toBe('good.com');
});

test.each([
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.100.100.200',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '224.0.0.1',
  '255.255.255.255',
])('an allowed name that leads to %s is refused', (address) => {
  expect(policy.refuseAddress(address, 'good.com', 443)).not.toBeNull();
});

test.each(['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34'])('an allowed name that leads to %s is reached', (address) => {
  expect(policy.refuseAddress(address, 'good.com', 443)).toBeNull();
});

test('a private address is reached where the setting names it, and the one beside it is not', () => {
  const office = createEgressPolicy({ allowedDomains: ['good.com'], privateAddresses: ['10.1.0.0/16', 'fd00::5'] });
  expect(office.refuseAddress('10.1.2.3', 'good.com', 443)).toBeNull();
  expect(office.refuseAddress('fd00::5', 'good.com', 443)).toBeNull();
  expect(office.refuseAddress('10.2.2.3', 'good.com', 443)).not.toBeNull();
});

test('an approved place is that host and that port', () => {
  const one = createEgressPolicy({ allowedDomains: [], privateAddresses: [], approved: { host: 'git.corp', port: 22 } });
  expect([one.refuseName('git.corp', 22), one.refuseAddress('10.0.0.9', 'git.corp', 22)]).toEqual([null, null]);
  expect([one.refuseName('git.corp', 443), one.refuseName('x.git.corp', 22)]).not.toContain(null);
});

let dir: TempDir;
let origin: Server;
let echo: TcpServer;
let proxy: EgressProxy;
let answers: string[] = [];
const asked: string[] = [];
const seen: { host: string | undefined; url: string | undefined; proxyHeaders: string[] }[] = [];
const portOf = (server: TcpServer | Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  dir = await tempDir();
  origin = createHttp((request, response) => {
    seen.push({
      host: request.headers.host,
      url: request.url,
      proxyHeaders: Object.keys(request.headers).filter((name) => name.startsWith('proxy')),
    });
    if (request.url === '/moved') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else response.end('from the origin');
  });
  echo = createTcp((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  for (const server of [origin, echo]) await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const here = createEgressPolicy({ allowedDomains: ['good.com', '*.suffix.org'], privateAddresses: ['127.0.0.1'] });
  proxy = await openEgressProxy(join(dir.path, 'proxy'), here, async (host) => {
    asked.push(host);
    return answers;
  });
});

afterAll(async () => {
  proxy.close();
  origin.close();
  echo.close();
  await dir.remove();
});

/** What comes back for these bytes, until the far end closes or `until` has come. */
function say(bytes: string, until?: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(join(dir.path, 'proxy'));
    socket.on('data', (data) => {
      heard += data;
      if (until !== undefined && heard.includes(until)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    socket.write(bytes);
  });
}

test('a tunnel to an allowed host carries bytes both ways', async () => {
  answers = ['127.0.0.1'];
  const heard = await say(`CONNECT good.com:${portOf(echo)} HTTP/1.1\r\nHost: x\r\n\r\nhello through`, 'hello through');
  expect(heard).toMatch(/^HTTP\/1\.1 200 /);
  expect(heard).toContain('hello through');
});

test('a plain request goes to the host of its address, whatever its Host header says', async () => {
  answers = ['127.0.0.1'];
  const heard = await say(
    `GET http://good.com:${portOf(origin)}/a?b HTTP/1.1\r\nHost: evil.com\r\nProxy-Authorization: x\r\nConnection: close\r\n\r\n`,
  );
  expect(heard).toContain('from the origin');
  expect(seen.at(-1)).toEqual({ host: `good.com:${portOf(origin)}`, url: '/a?b', proxyHeaders: [] });
});

test('a redirect is handed back, not followed', async () => {
  answers = ['127.0.0.1'];
  expect(await say(`GET http://good.com:${portOf(origin)}/moved HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 302/,
  );
});

test.each([
  ['CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com\r\n\r\n'],
  ['CONNECT good.com.evil.com:443 HTTP/1.1\r\nHost: good.com\r\n\r\n'],
  ['CONNECT 127.0.0.1:6379 HTTP/1.1\r\nHost: good.com\r\n\r\n'],
  ['CONNECT [::1]:6379 HTTP/1.1\r\nHost: good.com\r\n\r\n'],
  ['CONNECT good.com HTTP/1.1\r\nHost: good.com\r\n\r\n'],
  ['GET http://evil.com/ HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n'],
  ['GET http://good.com@evil.com/ HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n'],
  ['GET ftp://good.com/ HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n'],
  ['GET / HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n'],
])('%j is refused before any name is resolved', async (bytes) => {
  asked.length = 0;
  const heard = await say(bytes);
  expect(heard).toMatch(/^HTTP\/1\.1 403 /);
  expect(asked).toEqual([]);
});

test('a name with a NUL in it is no request at all', async () => {
  expect(await say('CONNECT evil.com\0.suffix.org:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 (400|403) /);
});

test('an allowed name that leads to a private address is refused', async () => {
  answers = ['10.0.0.1', '::ffff:169.254.169.254'];
  expect(await say('CONNECT good.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 [\s\S]*this machine or a private network/);
});

test('of several addresses only those that are allowed are used, and the name is asked for once', async () => {
  answers = ['10.0.0.1', '127.0.0.1'];
  asked.length = 0;
  await say(`CONNECT good.com:${portOf(echo)} HTTP/1.1\r\nHost: x\r\n\r\nhello`, 'hello');
  expect(asked).toEqual(['good.com']);
});

test('a host that does not answer is told apart from one that is refused', async () => {
  answers = [];
  expect(await say('CONNECT good.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 [\s\S]*has no address/);
  answers = ['127.0.0.1'];
  expect(await say('CONNECT good.com:1 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
});
