import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FakeN8n, startFakeN8n, waitUntil } from '@tars/testkit';
import { retryAfterMs } from '../retry-after.js';
import { describeChannel } from '../testing/conformance.js';
import { readableLogger } from '../testing/logger.js';
import { AT, accepted, deliveries, deliveryOf, event } from '../testing/story.js';
import { createN8nChannel, type N8nOptions } from './channel.js';

const never = new AbortController().signal;
const edit = deliveryOf(event('edit.made'));

const channelTo = (url: string | null, differs: Partial<N8nOptions> = {}) =>
  createN8nChannel({
    url,
    secret: null,
    token: null,
    redact: (text) => text,
    hideCommandOutput: false,
    mentionUser: null,
    logger: readableLogger().logger,
    clock: () => AT,
    ...differs,
  });

describeChannel('n8n', async () => {
  const n8n = await startFakeN8n();
  return {
    channel: channelTo(n8n.url),
    worthTelling: edit,
    notWorthTelling: deliveryOf(event('turn.replied')),
    received: () => n8n.deliveries().map(({ body }) => JSON.stringify(body)),
    leave: () => n8n.faults({ cut: true }),
    comeBack: () => n8n.faults({}),
    fallSilent: () => n8n.faults({ drop: true }),
    close: () => n8n.close(),
  };
});

let n8n: FakeN8n;
beforeEach(async () => {
  n8n = await startFakeN8n();
});
afterEach(() => n8n.close());

test('a message is signed so that a Standard Webhooks receiver accepts it', async () => {
  const key = Buffer.from('a key of some length');
  const options = { secret: `whsec_${key.toString('base64')}`, token: 'n8n-token' };
  await channelTo(`${n8n.url}/webhook/tars`, options).deliver(edit, never);
  const { headers, body, path } = await n8n.waitFor(() => true);
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${JSON.stringify(body)}`;
  expect(path).toBe('/webhook/tars');
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    authorization: 'Bearer n8n-token',
    'webhook-id': 'a7f3:4:n8n',
    'webhook-timestamp': String(AT / 1_000),
    'webhook-signature': `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  });
});

test('without secret and token nothing is signed and nobody is named', async () => {
  await channelTo(n8n.url).deliver(edit, never);
  const { headers } = await n8n.waitFor(() => true);
  expect(headers).not.toHaveProperty('webhook-signature');
  expect(headers).not.toHaveProperty('authorization');
});

test.each([200, 201, 202, 204])('%i means delivered', async (status) => {
  n8n.faults({ status });
  expect(await channelTo(n8n.url).deliver(edit, never)).toEqual({ kind: 'delivered' });
});

test.each([400, 401, 403, 404, 410, 413, 422])('%i means refused', async (status) => {
  n8n.faults({ status });
  expect(await channelTo(n8n.url).deliver(edit, never)).toEqual({ kind: 'refused', status });
});

test.each([408, 429, 500, 502, 503, 504])('%i means later', async (status) => {
  n8n.faults({ status });
  expect(await channelTo(n8n.url).deliver(edit, never)).toEqual({ kind: 'later' });
});

test('a busy receiver is asked again when it says', async () => {
  n8n.faults({ status: 429, retry_after: 7 });
  expect(await channelTo(n8n.url).deliver(edit, never)).toEqual({ kind: 'later', afterMs: 7_000 });
});

test('a receiver that does not answer in time is asked again, with the same id', async () => {
  n8n.faults({ drop: true, times: 1 });
  const channel = channelTo(n8n.url, { timeoutMs: 100 });
  expect(await channel.deliver(edit, never)).toEqual({ kind: 'later' });
  expect(await channel.deliver(edit, never)).toEqual({ kind: 'delivered' });
  await waitUntil(() => n8n.attempts().length === 2);
  expect(new Set(n8n.attempts().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('a redirect is refused: the message would arrive empty', async () => {
  const server = createServer((_, response) => response.writeHead(302, { location: n8n.url }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await channelTo(`http://127.0.0.1:${port}`).deliver(edit, never);
  await new Promise((resolve) => server.close(resolve));
  expect(outcome).toEqual({ kind: 'refused', status: 302 });
  expect(n8n.attempts()).toEqual([]);
});

test('of two messages for one event the second waits for the first', async () => {
  const told = deliveries([
    accepted({ verbose: false }),
    event('task.claimed'),
    event('phase.entered', { phase: 'coding' }),
    event('task.finished'),
  ]);
  const end = told.at(-1) ?? edit;
  const channel = channelTo(n8n.url);
  n8n.faults({ status: 503, times: 1 });
  expect(await channel.deliver(end, never)).toEqual({ kind: 'later' });
  expect(await channel.deliver(end, never)).toEqual({ kind: 'delivered' });
  expect(n8n.deliveries().map(({ headers }) => headers['webhook-id'])).toEqual(['a7f3:4:n8n:phase', 'a7f3:4:n8n']);
});

test('without an address everything is skipped', async () => {
  expect(await channelTo(null).deliver(edit, never)).toEqual({ kind: 'skipped' });
});

test.each([
  ['5', 5_000],
  [' 0 ', 0],
  ['86400', 600_000],
  [new Date(AT + 3_000).toUTCString(), 3_000],
  [new Date(AT - 3_000).toUTCString(), 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(retryAfterMs(header, AT)).toBe(ms);
});
