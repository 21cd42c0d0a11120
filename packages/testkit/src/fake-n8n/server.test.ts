import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { withTempDir } from '../temp-dir.js';
import { waitUntil } from '../wait-until.js';
import { type FakeN8n, startFakeN8n } from './server.js';

let n8n: FakeN8n | undefined;
afterEach(() => n8n?.close());
async function start(options?: Parameters<typeof startFakeN8n>[0]): Promise<FakeN8n> {
  n8n = await startFakeN8n(options);
  return n8n;
}
const post = (path: string, body: unknown, init: RequestInit = {}) =>
  fetch(`${n8n?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
    body: JSON.stringify(body),
    ...init,
  });
const deliver = (n: number, init?: RequestInit) => post('/webhook/tars', { n }, init);
const numbers = () => n8n?.deliveries().map(({ body }) => (body as { n: number }).n);

test('each delivery is one JSON line, on disk when its sender hears of it', async () => {
  await withTempDir(async (dir) => {
    const out = join(dir, 'deliveries.jsonl');
    await start({ out });
    expect((await deliver(1)).status).toBe(200);
    await post('/anywhere', null, { body: 'not "JSON"', headers: { 'content-type': 'text/plain' } });
    const lines = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { at: expect.stringMatching(/^\d{4}-.*Z$/), path: '/webhook/tars', headers: { 'webhook-id': 'msg_1' }, body: { n: 1 } },
      { path: '/anywhere', body: 'not "JSON"' },
    ]);
    expect(await (await fetch(`${n8n?.url}/_deliveries`)).json()).toEqual(lines);
  });
});

test('a status fault is no delivery, and is over after its times', async () => {
  const fake = await start();
  expect((await post('/faults', { status: 500, times: 2, retry_after: 3 })).status).toBe(200);
  const failed = await deliver(1);
  expect([failed.status, failed.headers.get('retry-after')]).toEqual([500, '3']);
  expect((await deliver(1)).status).toBe(500);
  expect((await deliver(1)).status).toBe(200);
  expect(numbers()).toEqual([1]);
  expect(fake.attempts().map(({ outcome, status }) => `${outcome} ${status}`)).toEqual(['failed 500', 'failed 500', 'delivered 200']);
  expect(await (await fetch(`${fake.url}/_attempts`)).json()).toHaveLength(3);
});

test('a fault without times lasts until it is cleared', async () => {
  await start();
  await post('/faults', { status: 503 });
  for (const _ of ['first', 'second', 'third']) expect((await deliver(1)).status).toBe(503);
  await post('/faults', {});
  expect((await deliver(1)).status).toBe(200);
});

test('a delay holds the answer back and then takes the delivery', async () => {
  const fake = await start();
  fake.faults({ delay_ms: 150 });
  const begin = performance.now();
  expect((await deliver(1)).status).toBe(200);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(145);
  expect(numbers()).toEqual([1]);
});

test('a sender that leaves during a delay has delivered nothing', async () => {
  const fake = await start();
  fake.faults({ delay_ms: 60_000 });
  await expect(deliver(1, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
  await waitUntil(() => fake.attempts().length === 1, { what: 'the attempt' });
  expect(fake.attempts()).toMatchObject([{ outcome: 'failed', status: null }]);
  expect(numbers()).toEqual([]);
});

test('cut breaks the connection and takes nothing', async () => {
  const fake = await start();
  fake.faults({ cut: true, times: 1 });
  await expect(deliver(1)).rejects.toThrow(/fetch failed/);
  expect(numbers()).toEqual([]);
  expect((await deliver(1)).status).toBe(200);
});

test('lose_answer takes the delivery though its sender cannot know', async () => {
  const fake = await start();
  fake.faults({ lose_answer: true, times: 1 });
  await expect(deliver(1)).rejects.toThrow(/fetch failed/);
  expect((await deliver(1)).status).toBe(200);
  expect(numbers()).toEqual([1, 1]);
});

test('drop never answers', async () => {
  const fake = await start();
  fake.faults({ drop: true });
  await expect(deliver(1, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
  expect(fake.attempts()).toMatchObject([{ outcome: 'failed', status: null }]);
});

test('refuse_ms answers its own request, then takes no connection until the time is over', async () => {
  await start();
  expect((await post('/faults', { refuse_ms: 300 })).status).toBe(200);
  const begin = performance.now();
  await expect(deliver(1)).rejects.toThrow(/fetch failed/);
  await waitUntil(async () => (await deliver(2)).ok, { what: 'the webhook to be back' });
  expect(performance.now() - begin).toBeGreaterThan(200);
  expect(numbers()).toEqual([2]);
});

test('a fault that is not one is refused with the reason', async () => {
  await start();
  for (const wrong of [{ stauts: 500 }, { status: 500, cut: true }, { times: 0 }]) expect((await post('/faults', wrong)).status).toBe(400);
  expect((await deliver(1)).status).toBe(200);
});

test('waitFor takes what has come and what is yet to come, and says what came instead', async () => {
  const fake = await start();
  await deliver(1);
  const isNumber = (wanted: number) => (delivery: { body: unknown }) => (delivery.body as { n: number }).n === wanted;
  expect((await fake.waitFor(isNumber(1))).body).toEqual({ n: 1 });
  const later = fake.waitFor(isNumber(2));
  await deliver(2);
  expect((await later).body).toEqual({ n: 2 });
  await expect(fake.waitFor(isNumber(3), 20)).rejects.toThrow(/2 came:\n\{"n":1\}/);
});
