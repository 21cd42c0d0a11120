import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createRedactor } from '@tars/core';
import { parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { type Control, openControl, type PrivateRedis, startPrivateRedis } from '@tars/core/redis';
import { ListenError, type StartedApi, startApi } from './start.js';

const logger = createLogger({ service: 'api', level: 'error', format: 'json', redact: createRedactor([]) });

let stateDir: string;
let server: PrivateRedis;
let control: Control;
const open: StartedApi[] = [];

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'tars-api-'));
  server = await startPrivateRedis();
  control = await openControl({ config: configOf({}), endpoint: server.endpoint, onError: () => {} });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((api) => api.close()));
});

afterAll(async () => {
  await control.close();
  await server.close();
  await rm(stateDir, { recursive: true, force: true });
});

function configOf(env: Record<string, string>) {
  const parsed = parseConfig({ TARS_STATE_DIR: stateDir, WEBHOOK_PORT: '0', ...env });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}

async function started(env: Record<string, string> = {}): Promise<StartedApi> {
  const api = await startApi({ ...control, config: configOf(env), logger });
  open.push(api);
  return api;
}

type Asked = { path?: string; method?: string; host?: string; headers?: Record<string, string>; body?: string };

/** node:http and not fetch, which forbids the headers in question. */
function ask({ port }: StartedApi, { path = '/api/tasks', method = 'GET', host = '127.0.0.1', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const asked = request({ host, port, path, method, headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

test('without tokens a direct request of this machine is served, and start-up says who is not', async () => {
  const api = await started();
  expect((await ask(api)).status).toBe(200);
  expect((await ask(api, { headers: { host: `localhost:${api.port}` } })).status).toBe(200);
  expect(api.warnings.join(' ')).toMatch(/WEBHOOK_TOKEN.*API_TOKEN/);
  expect(api.url).toBe(`http://127.0.0.1:${api.port}`);
});

test.each([
  ['X-Forwarded-For', '203.0.113.7'],
  ['X-Forwarded-Host', 'tars.example.com'],
  ['Forwarded', 'for=203.0.113.7'],
  ['Host', 'tars.example.com'],
  ['Origin', 'https://evil.example'],
])('without tokens what came through a tunnel or a foreign page (%s) is refused', async (name, value) => {
  const api = await started();
  for (const path of ['/api/tasks', '/api/tasks/a7f3']) {
    expect((await ask(api, { path, headers: { [name]: value } })).status).toBe(401);
  }
  const code = { method: 'POST', path: '/webhook/background-confirmation', body: '{"confirmation_code":"4711"}' };
  const posted = await ask(api, { ...code, headers: { 'content-type': 'application/json', [name]: value } });
  expect(posted.status).toBe(401);
  expect(posted.body).toContain('WEBHOOK_TOKEN');
});

test('with its token the same request is served', async () => {
  const api = await started({ API_TOKEN: 'a-token-of-the-test', WEBHOOK_TOKEN: 'another-token-of-the-test' });
  expect(api.warnings).toEqual([]);
  const tunnelled = { host: 'tars.example.com', 'x-forwarded-for': '203.0.113.7' };
  expect((await ask(api, { headers: tunnelled })).status).toBe(401);
  expect((await ask(api, { headers: { ...tunnelled, authorization: 'Bearer a-token-of-the-test' } })).status).toBe(200);
});

test('another address of this machine counts as a stranger', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const stranger = addresses.find(({ internal, family }) => !internal && family === 'IPv4');
  const api = await started({ BIND_ADDRESS: '0.0.0.0' });
  // A machine without a network has no such address; then there is no stranger either.
  if (stranger === undefined) return;
  expect((await ask(api, { host: stranger.address, headers: { host: 'localhost' } })).status).toBe(401);
  expect((await ask(api, { host: '127.0.0.1' })).status).toBe(200);
});

test('a body that is too large is refused over a real connection, before it is all sent', async () => {
  const api = await started();
  const socket = connect(api.port, '127.0.0.1');
  socket.write(
    'POST /webhook/background-confirmation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  socket.write(`11000\r\n${'x'.repeat(0x11000)}\r\n`);
  const [first] = await new Promise<Buffer[]>((resolve, reject) => {
    socket.once('data', (chunk) => resolve([chunk]));
    socket.once('error', reject);
  });
  socket.destroy();
  expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
});

test('a taken port is told with the way out', async () => {
  const first = await started();
  const second = startApi({ ...control, config: { ...configOf({}), webhookPort: first.port }, logger });
  await expect(second).rejects.toThrow(ListenError);
  await expect(second).rejects.toThrow(/port is taken.*WEBHOOK_PORT/);
});

test('closing answers the request in flight, then the port is free', async () => {
  const api = await startApi({ ...control, config: configOf({}), logger });
  const asked = request({
    port: api.port,
    path: '/webhook/background-confirmation',
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  const answered = once(asked, 'response');
  asked.flushHeaders();
  await once(asked, 'continue');
  const closed = api.close();
  asked.end('{"confirmation_code":"0000"}');
  const [response] = (await answered) as [IncomingMessage];
  expect([response.statusCode, JSON.parse(await text(response)).reason]).toEqual([409, 'nothing_pending']);
  await closed;
  await expect(ask(api)).rejects.toThrow(/ECONNREFUSED/);
});
