// The way back, through a proxy that writes its header as every tunnel does.
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { type Control, openControl } from '@tars/core/redis';
import { startTestRedis, type TempDir, type TestRedis, tempDir } from '@tars/testkit';
import { checkReturnPath } from './return-path.js';

const TOKEN = 'webhook-token-of-the-test';
const logger = createLogger({ service: 'test', level: 'error', format: 'json', redact: (text) => text });

let dir: TempDir;
let servers: TestRedis[];
let controls: Control[];
/** Over the first record: one that wants a token and one that has none; and one over another record. */
let apis: { url: string; close(): Promise<void> }[];
let tunnel: Server;
let target: string;
const configOf = (env: Record<string, string>) => {
  const parsed = parseConfig({ TARS_STATE_DIR: dir.path, WEBHOOK_PORT: '0', ...env });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
};

beforeAll(async () => {
  dir = await tempDir();
  const { startApi } = await import('@tars/api');
  servers = [await startTestRedis(), await startTestRedis()];
  controls = await Promise.all(servers.map(({ endpoint }) => openControl({ config: configOf({}), endpoint, onError: () => {} })));
  const [first, second] = controls as [Control, Control];
  apis = [
    await startApi({ ...first, config: configOf({ WEBHOOK_TOKEN: TOKEN }), logger }),
    await startApi({ ...first, config: configOf({}), logger }),
    await startApi({ ...second, config: configOf({ WEBHOOK_TOKEN: TOKEN }), logger }),
  ];
  tunnel = createServer((incoming, outgoing) => {
    const forwarded = request(
      `${target}${incoming.url}`,
      { method: incoming.method, headers: { ...incoming.headers, 'x-forwarded-for': '203.0.113.7' } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<html>'));
    incoming.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(tunnel, 'listening');
});
afterAll(async () => {
  tunnel.close();
  await Promise.all(apis.map((api) => api.close()));
  await Promise.all(controls.map((control) => control.close()));
  await Promise.all(servers.map((server) => server.close()));
  await dir.remove();
});

const publicUrl = () => `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
const look = (to: string, env: Record<string, string> = { WEBHOOK_TOKEN: TOKEN }) => {
  target = to;
  return checkReturnPath(configOf({ PUBLIC_URL: publicUrl(), ...env }), controls[0]?.redis ?? null);
};
const apiUrl = (index: number) => apis[index]?.url ?? '';

test('an address that leads here and lets replies in is proved', async () => {
  expect(await look(apiUrl(0))).toMatchObject({
    check: 'return',
    level: 'ok',
    message: `${publicUrl()} leads to this TARS, and lets replies in.`,
  });
});

test('a tunnel to an api without a token is refused, and the way out is named', async () => {
  expect(await look(apiUrl(1), {})).toMatchObject({
    level: 'problem',
    message: expect.stringMatching(/refuses what does not come straight from its own machine/),
    fix: expect.stringMatching(/^Set WEBHOOK_TOKEN/),
  });
});

test('another token than the api has is found', async () => {
  expect(await look(apiUrl(0), { WEBHOOK_TOKEN: 'another-token' })).toMatchObject({
    level: 'problem',
    message: expect.stringMatching(/refuses the WEBHOOK_TOKEN/),
  });
});

test('a tunnel that ends at another TARS is found', async () => {
  expect(await look(apiUrl(2))).toMatchObject({ level: 'problem', message: expect.stringMatching(/leads to another TARS/) });
});

test('a tunnel with nothing behind it, and one that ends at something else, are told apart', async () => {
  expect(await look('http://127.0.0.1:1')).toMatchObject({ level: 'problem', message: expect.stringMatching(/no api behind it \(502\)/) });
  const page = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')).listen(0, '127.0.0.1');
  await once(page, 'listening');
  const elsewhere = await look(`http://127.0.0.1:${(page.address() as AddressInfo).port}`);
  page.close();
  expect(elsewhere).toMatchObject({ level: 'problem', message: expect.stringMatching(/^A web page answers .*\(200\), not the api/) });
});

test('an address nobody listens at, and a name nobody knows, are told apart', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  gone.close();
  await once(gone, 'close');
  const messages = await Promise.all(
    [url, 'http://no-such-name.invalid'].map(async (PUBLIC_URL) => (await checkReturnPath(configOf({ PUBLIC_URL }), null)).message),
  );
  expect(messages).toEqual([
    expect.stringMatching(/^Nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/),
    expect.stringMatching(/^The name no-such-name\.invalid is not known/),
  ]);
});

test('a certificate nobody trusts is named', async () => {
  // What speaks no TLS at all looks the same from here.
  const url = publicUrl().replace('http:', 'https:');
  expect(await checkReturnPath(configOf({ PUBLIC_URL: url }), null)).toMatchObject({
    level: 'problem',
    message: expect.stringMatching(/no certificate that is trusted here/),
  });
});

test('without PUBLIC_URL it is said that nothing was tried', async () => {
  expect(await checkReturnPath(configOf({}), null)).toMatchObject({ level: 'note', fix: expect.stringMatching(/^Set PUBLIC_URL/) });
});
