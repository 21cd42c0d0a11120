// The catalogue of attacks on webhooks (W1–W18), each over a real socket, judged by what the record holds afterwards.
import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { request, sendRaw } from './testing/raw.js';
import { CODE, SHARED, useApi } from './testing/use-api.js';

const HOOK = '/webhook/background-confirmation';
const LINE = `POST ${HOOK} HTTP/1.1`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const BEARER = { ...JSON_TYPE, Authorization: `Bearer ${SHARED.WEBHOOK_TOKEN}` };
const [OLD_SECRET = '', NEW_SECRET = ''] = SHARED.WEBHOOK_SECRET.split(' ');

const world = useApi();

type Signing = { secret?: string; id?: string; at?: number | string; over?: string };

const keyOf = (secret: string) => (secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret));

function signed(body: string, { secret = NEW_SECRET, id = randomUUID(), at = Math.floor(Date.now() / 1_000), over = body }: Signing = {}) {
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${at}.${over}`).digest('base64');
  return { ...JSON_TYPE, 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

/** The right code for a task that waits, as the bytes of a body. */
async function right(): Promise<{ id: string; body: string }> {
  const { id } = await world.waiting();
  return { id, body: JSON.stringify({ task_id: id, confirmation_code: CODE }) };
}

const send = (headers: Record<string, string>, body: string | Buffer, line = LINE) =>
  sendRaw(world.shared.port, [request(line, headers, body)]);

/** Nobody's code was tried, and nothing was approved. */
async function isUntouched(id: string): Promise<void> {
  const task = await world.control.store.read(id);
  expect({ waits: task?.confirmation !== null, grant: task?.grant }).toEqual({ waits: true, grant: null });
  expect(await world.control.redis.keys('tars:tries:*')).toEqual([]);
}

const isApproved = async (id: string) => expect((await world.control.store.read(id))?.grant).not.toBeNull();

test('the right code with the token, or with a signature by either secret, is taken: what follows fails for its own reason', async () => {
  for (const headersOf of [() => BEARER, (body: string) => signed(body), (body: string) => signed(body, { secret: OLD_SECRET })]) {
    const { id, body } = await right();
    expect(await send(headersOf(body), body)).toMatchObject({ status: 200 });
    await isApproved(id);
  }
});

const STRANGERS: readonly [string, (body: string) => Record<string, string>][] = [
  ['W1 no signature and no token', () => JSON_TYPE],
  ['W1 an empty bearer', () => ({ ...JSON_TYPE, Authorization: 'Bearer ' })],
  ['W2 a wrong key', (body) => signed(body, { secret: 'another' })],
  ['W2 a truncated signature', (body) => ({ ...signed(body), 'webhook-signature': signed(body)['webhook-signature'].slice(0, -4) })],
  ['W2 an empty signature', (body) => ({ ...signed(body), 'webhook-signature': 'v1,' })],
  ['W2 a wrong version tag', (body) => ({ ...signed(body), 'webhook-signature': signed(body)['webhook-signature'].replace('v1', 'v1a') })],
  ['W3 a signature over the same JSON written otherwise', (body) => signed(body, { over: JSON.stringify(JSON.parse(body), null, 1) })],
  ['W4 301 seconds old', (body) => signed(body, { at: Math.floor(Date.now() / 1_000) - 301 })],
  ['W4 301 seconds ahead', (body) => signed(body, { at: Math.floor(Date.now() / 1_000) + 302 })],
  ['W4 a negative time', (body) => signed(body, { at: -1 })],
  ['W4 a fraction', (body) => signed(body, { at: `${Math.floor(Date.now() / 1_000)}.5` })],
  ['W4 a hexadecimal time', (body) => signed(body, { at: `0x${Math.floor(Date.now() / 1_000).toString(16)}` })],
  ['W8 a browser on this machine', () => ({ ...JSON_TYPE, Origin: 'http://localhost' })],
  ['W9 a token of algorithm none', () => ({ ...JSON_TYPE, Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' })],
  ['W17 the token in another scheme', () => ({ ...JSON_TYPE, Authorization: `Basic ${SHARED.WEBHOOK_TOKEN}` })],
  ['A1 the token of the api', () => ({ ...JSON_TYPE, Authorization: `Bearer ${SHARED.API_TOKEN}` })],
  ["A1 a person's token", () => ({ ...JSON_TYPE, Authorization: 'Bearer api-token-of-anna' })],
];

test.each(STRANGERS)('%s: refused, nothing tried', async (_, headersOf) => {
  const { id, body } = await right();
  expect(await send(headersOf(body), body)).toMatchObject({ status: 401 });
  await isUntouched(id);
});

const BODIES: readonly [string, number, (body: string) => { headers?: Record<string, string>; body: string | Buffer }][] = [
  ['W7 text/plain', 415, (body) => ({ headers: { 'Content-Type': 'text/plain' }, body })],
  ['W7 a form', 415, () => ({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `confirmation_code=${CODE}` })],
  ['W7 multipart', 415, (body) => ({ headers: { 'Content-Type': 'multipart/form-data; boundary=x' }, body })],
  ['W7 JSON in another alphabet', 415, (body) => ({ headers: { 'Content-Type': 'application/json; charset=utf-16' }, body })],
  ['W7 almost JSON', 415, (body) => ({ headers: { 'Content-Type': 'application/jsonp' }, body })],
  ['W10 the same key twice', 400, (body) => ({ body: body.replace('{', '{"confirmation_code":"0000",') })],
  ['W10 the same key twice, once escaped', 400, (body) => ({ body: body.replace('{', '{"confirmation\\u005fcode":"0000",') })],
  ['W10 __proto__', 400, (body) => ({ body: body.replace('{', '{"__proto__":{"task_id":"x"},') })],
  ['W10 constructor.prototype', 400, (body) => ({ body: body.replace('{', '{"constructor":{"prototype":{}},') })],
  ['W10 an unknown key', 400, (body) => ({ body: body.replace('{', '{"approve":true,') })],
  ['W11 an array for a text', 400, () => ({ body: JSON.stringify({ confirmation_code: [CODE] }) })],
  ['W11 an object for a text', 400, () => ({ body: JSON.stringify({ confirmation_code: { toString: CODE } }) })],
  ['W11 a number beyond all numbers', 400, () => ({ body: '{"confirmation_code":1e400}' })],
  ['W11 a NUL', 400, (body) => ({ body: body.replace(CODE, `${CODE}\\u0000`) })],
  ['W11 half a surrogate pair', 400, (body) => ({ body: body.replace(CODE, `${CODE}\\ud800`) })],
  ['W11 bytes that are no UTF-8', 415, () => ({ body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) })],
  ['W11 a list', 400, (body) => ({ body: `[${body}]` })],
  ['W11 nothing', 400, () => ({ body: '' })],
  ['W13 gzip', 415, (body) => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(body) })],
  ['W13 a bomb', 415, () => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(10_000_000)) })],
  ['W15 a depth of twenty thousand', 400, () => ({ body: `{"confirmation_code":${'['.repeat(20_000)}${']'.repeat(20_000)}}` })],
  ['W15 too large and bottomless', 413, () => ({ body: '['.repeat(100_000) })],
];

test.each(BODIES)('%s: %i, nothing tried', async (_, status, change) => {
  const { id, body } = await right();
  const changed = change(body);
  const answer = await send({ ...BEARER, ...changed.headers }, changed.body);
  expect(answer.status).toBe(status);
  // W18: what was sent is not repeated, and nothing of the inside is told.
  expect(answer.text).not.toMatch(/surrogate|node_modules|\.ts|\.js:|at .*\(|approve|__proto__/);
  await isUntouched(id);
});

test('W5 a replay within the tolerance gets the first answer again, and nothing happens twice', async () => {
  const { id } = await world.waiting();
  const wrong = JSON.stringify({ task_id: id, confirmation_code: '0000' });
  const headers = signed(wrong);
  const answers = [await send(headers, wrong), await send(headers, wrong), await send(headers, wrong)];
  expect(new Set(answers.map(({ text }) => text.split('\r\n\r\n')[1])).size).toBe(1);
  expect(answers[2]).toMatchObject({ status: 403, text: expect.stringContaining('"tries_left":4') });
  expect((await world.control.store.events(id)).filter(({ event }) => event.type === 'confirmation.tried')).toHaveLength(1);
});

test('W5 a recorded yes is worth nothing for the next request of the task', async () => {
  const { id, body } = await right();
  const headers = signed(body);
  expect(await send(headers, body)).toMatchObject({ status: 200 });
  const grant = (await world.control.store.read(id))?.grant;
  expect(await send(headers, body)).toMatchObject({ status: 200 });
  expect((await world.control.store.read(id))?.grant).toEqual(grant);
  expect(await send(signed(body, { id: headers['webhook-id'] }), body.replace(CODE, '0000'))).toMatchObject({ status: 401 });
});

test('W5 the same id with other content is refused, also for a bearer', async () => {
  const { id, body } = await right();
  const headers = { ...BEARER, 'webhook-id': 'message-1' };
  expect(await send(headers, body.replace(CODE, '0000'))).toMatchObject({ status: 403 });
  expect(await send(headers, body)).toMatchObject({ status: 409, text: expect.stringContaining('id_reused') });
  expect((await world.control.store.read(id))?.grant).toBeNull();
});

test('W5 fifty at once with one id make one try', async () => {
  const { id } = await world.waiting();
  const wrong = JSON.stringify({ task_id: id, confirmation_code: '0000' });
  const headers = signed(wrong);
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(headers, wrong)));
  expect(answers.every(({ status }) => status === 403 || status === 409)).toBe(true);
  expect((await world.control.store.events(id)).filter(({ event }) => event.type === 'confirmation.tried')).toHaveLength(1);
});

test('W6 while the secret is replaced both count; after it the old one does not', async () => {
  const { id, body } = await right();
  world.shared.renew({ webhookTokens: null, webhookSecrets: [NEW_SECRET], apiTokens: [SHARED.API_TOKEN], ownerTokens: null });
  try {
    expect(await send(signed(body, { secret: OLD_SECRET }), body)).toMatchObject({ status: 401 });
    await isUntouched(id);
    expect(await send(signed(body, { secret: NEW_SECRET }), body)).toMatchObject({ status: 200 });
  } finally {
    world.shared.renew(world.sharedSettings());
  }
});

test('W12 a hundred megabytes, announced or in chunks, are cut off early', async () => {
  const announced = await sendRaw(world.shared.port, [
    request(LINE, { ...BEARER, 'Content-Length': '104857600' }),
    Buffer.alloc(200_000, 'x'),
  ]);
  expect(announced.status).toBe(413);
  const head = request(LINE, { ...BEARER, 'Transfer-Encoding': 'chunked' })
    .toString()
    .replace(/Content-Length: 0\r\n/, '');
  const chunk = Buffer.concat([Buffer.from('11000\r\n'), Buffer.alloc(0x11000, 'x'), Buffer.from('\r\n')]);
  expect((await sendRaw(world.shared.port, [head, chunk, chunk])).status).toBe(413);
});

test('W12 a body shorter than announced is never acted on', async () => {
  const { id, body } = await right();
  const lying = request(LINE, { ...BEARER, 'Content-Length': String(Buffer.byteLength(body) + 10) }, body);
  expect((await sendRaw(world.shared.port, [lying], 300)).status).toBe(0);
  await isUntouched(id);
});

test('W14 whoever is slow with headers or body is cut off, and others are served meanwhile', async () => {
  const slow = await Promise.all(
    [`${LINE}\r\nHost: localhost\r\nX-Slow: `, request(LINE, { ...BEARER, 'Content-Length': '100' }, '').toString()].map(
      (start) =>
        new Promise<{ closed: Promise<number> }>((resolve) => {
          const socket = connect(world.shared.port, '127.0.0.1', () => {
            const since = performance.now();
            const drip = setInterval(() => socket.write('x'), 500);
            const closed = new Promise<number>((done) =>
              socket.on('close', () => {
                clearInterval(drip);
                done(performance.now() - since);
              }),
            );
            socket.on('error', () => {});
            socket.resume();
            socket.write(start);
            resolve({ closed });
          });
        }),
    ),
  );
  const { body } = await right();
  expect(await send(BEARER, body)).toMatchObject({ status: 200 });
  for (const ms of await Promise.all(slow.map(({ closed }) => closed))) expect(ms).toBeLessThan(20_000);
}, 40_000);

const PATHS = [
  `/${HOOK}`,
  HOOK.replace('/background', '//background'),
  `${HOOK}/`,
  HOOK.toUpperCase(),
  HOOK.replace('webhook', '%77ebhook'),
  `/api/..${HOOK}`,
  `/.${HOOK}`,
  `${HOOK}%00`,
  `${HOOK};x=1`,
  HOOK.replaceAll('/', '\\'),
];

test.each(PATHS)('W16 the spelling %s leads around no door', async (path) => {
  const { id, body } = await right();
  const { status } = await send(JSON_TYPE, body, `POST ${path} HTTP/1.1`);
  expect([400, 401, 404]).toContain(status);
  await isUntouched(id);
});

const METHODS: readonly [string, string, Record<string, string>][] = [
  ['W17 GET with an override', `GET ${HOOK} HTTP/1.1`, { 'X-HTTP-Method-Override': 'POST' }],
  ['W17 HEAD', `HEAD ${HOOK} HTTP/1.1`, {}],
  ['W17 OPTIONS', `OPTIONS ${HOOK} HTTP/1.1`, {}],
  ['W17 PUT', `PUT ${HOOK} HTTP/1.1`, {}],
  ['W17 a method nobody knows', `APPROVE ${HOOK} HTTP/1.1`, {}],
  ['W17 two lengths', LINE, { 'Transfer-Encoding': 'chunked' }],
  ['W17 a folded header', LINE, { 'X-Fold': 'a\r\n b' }],
];

test.each(METHODS)('%s: not served', async (_, line, headers) => {
  const { id, body } = await right();
  const { status } = await send({ ...BEARER, ...headers }, body, line);
  expect([0, 400, 404, 405]).toContain(status);
  await isUntouched(id);
});

test('W17 HTTP/1.0 and a request hidden behind another are judged each by its own door', async () => {
  const { id, body } = await right();
  const hidden = request(LINE, JSON_TYPE, body);
  const first = request('GET /livez HTTP/1.1', {});
  const { text } = await sendRaw(world.shared.port, [Buffer.concat([first, hidden])], 500);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  await isUntouched(id);
  expect((await send({ ...JSON_TYPE }, body, `POST ${HOOK} HTTP/1.0`)).status).toBe(401);
  await isUntouched(id);
});
