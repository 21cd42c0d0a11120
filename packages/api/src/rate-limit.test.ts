import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createRedactor } from '@tars/core';
import { createLogger } from '@tars/core/log';
import { createRateLimit } from './rate-limit.js';
import { startApi } from './start.js';
import { useApi } from './testing/use-api.js';

const world = useApi();

test('a bucket empties with use, tells how long to wait, and fills up with time, for each by itself', () => {
  let now = 0;
  const limit = createRateLimit({ perSecond: 1 / 6, burst: 3 }, () => now);
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([null, null, null, 6]);
  expect([limit.take('b'), limit.waitOf('b')]).toEqual([null, null]);
  now = 5_999;
  expect(limit.take('a')).toBe(1);
  now = 6_001;
  expect([limit.take('a'), limit.take('a')]).toEqual([null, 6]);
});

test('a clock that is set back neither gives nor takes', () => {
  let now = 1_000_000;
  const limit = createRateLimit({ perSecond: 1, burst: 1 }, () => now);
  expect(limit.take('a')).toBeNull();
  now = 0;
  expect(limit.take('a')).toBe(1);
});

test('whoever guesses tokens is put off, the holder of the right one is not', async () => {
  const answers: number[] = [];
  for (let i = 0; i < 25; i++) answers.push((await world.open('/api/tasks', { token: `guess-${i}`, serving: world.locked })).status);
  expect([answers.filter((status) => status === 401).length, answers.at(-1)]).toEqual([20, 429]);
  const last = await world.open('/api/tasks', { token: 'one-more', serving: world.locked });
  expect([last.status, Number(last.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect((await world.open('/api/tasks', { token: 'api-token-of-the-test', serving: world.locked })).status).toBe(200);
});

test('a token that is used too often has to wait; this machine does not', async () => {
  const rates = { bearers: { perSecond: 1, burst: 5 }, strangers: { perSecond: 1, burst: 5 } };
  const settings = { ...world.sharedSettings(), bindAddress: '127.0.0.1', webhookPort: 0 };
  const busy = await startApi({ ...world.control, config: settings, rates, logger: world.logger, clock: () => 0 });
  const open = await startApi({
    ...world.control,
    config: { ...settings, apiTokens: null, ownerTokens: null },
    rates,
    logger: world.logger,
    clock: () => 0,
  });
  try {
    const statuses = async (serving: typeof busy, token?: string) => {
      const all: number[] = [];
      for (let i = 0; i < 8; i++) all.push((await world.open('/api/tasks', { serving, ...(token === undefined ? {} : { token }) })).status);
      return all;
    };
    expect(await statuses(busy, 'api-token-of-anna')).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    // One person's haste is not another's.
    expect((await statuses(busy, 'api-token-of-bert'))[0]).toBe(200);
    expect(await statuses(open)).toEqual(Array(8).fill(200));
  } finally {
    await Promise.all([busy.close(), open.close()]);
  }
});

test('a reader of events that takes nothing is cut off, and nobody else notices', async () => {
  const settings = { ...world.sharedSettings(), apiTokens: null, ownerTokens: null, bindAddress: '127.0.0.1', webhookPort: 0 };
  const log = new PassThrough({ encoding: 'utf8' });
  const logger = createLogger({ service: 'api', level: 'warn', format: 'json', redact: createRedactor([]), stream: log });
  const isTold = new Promise<void>((resolve) => log.on('data', (line) => String(line).includes('takes nothing') && resolve()));
  const api = await startApi({ ...world.control, config: settings, stallMs: 200, heartbeatMs: 20, logger });
  const id = await world.running();
  const stalled = connect({ port: api.port, host: '127.0.0.1' });
  try {
    stalled.pause();
    stalled.write(`GET /api/tasks/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const cut = once(stalled, 'close');
    stalled.on('error', () => {});
    // What it does not take must be more than the buffers on the way hold.
    const long = 'x'.repeat(60_000);
    for (let i = 0; i < 200; i++) await world.happens(id, [{ type: 'notice.given', at: i, notice: 'test', text: `${i} ${long}` }]);
    const other = await world.open(`/api/tasks/${id}/events`, { serving: api, headers: { 'last-event-id': '200' } });
    const reader = other.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('id: 202')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    await isTold;
    // Only now does it look whether the connection is still there.
    let taken = '';
    stalled.on('data', (chunk) => {
      taken = (taken + chunk).slice(-100);
    });
    stalled.resume();
    await cut;
    // A stream that comes to an orderly end says so with an empty chunk.
    expect(taken).not.toMatch(/\r\n0\r\n\r\n$/);
  } finally {
    stalled.destroy();
    await api.close();
  }
}, 30_000);
