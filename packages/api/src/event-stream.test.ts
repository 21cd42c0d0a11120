import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createRedactor } from '@tars/core';
import { parseConfig } from '@tars/core/env';
import { createLogger } from '@tars/core/log';
import { type Control, openControl } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { startApi } from './start.js';
import { CODE, cancelled, notice, TOKENS, useApi } from './testing/use-api.js';

const HEARTBEAT_MS = 100;
const world = useApi({ heartbeatMs: HEARTBEAT_MS });

type Told = { id: string; data: Record<string, unknown> };

/** Reads a stream as a client does: block by block, until it ends or is left. */
async function listen(path: string, { headers = {}, url = world.api.url }: { headers?: Record<string, string>; url?: string } = {}) {
  const leaving = new AbortController();
  const response = await fetch(`${url}${path}`, { headers, signal: leaving.signal });
  const told: Told[] = [];
  const comments: string[] = [];
  const read = async () => {
    let rest = '';
    for await (const chunk of (response.body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === undefined) comments.push(block);
        else told.push({ id: /^id: (.*)$/m.exec(block)?.[1] ?? '', data: JSON.parse(data) });
      }
    }
  };
  const over = read().then(
    () => 'ended',
    () => 'broken',
  );
  return { response, told, comments, over, leave: () => leaving.abort(), seqs: () => told.map(({ id }) => Number(id)) };
}

const events = (id: string) => `/api/tasks/${id}/events`;

test('a stream tells what has happened and what happens, and ends with the task', async () => {
  const id = await world.running();
  const stream = await listen(events(id));
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  await waitUntil(() => stream.told.length === 2, { what: 'the past' });
  const at = Date.now();
  await world.happens(id, [notice('half way', at)]);
  await world.happens(id, [cancelled()]);
  expect(await stream.over).toBe('ended');
  expect(stream.seqs()).toEqual([1, 2, 3, 4]);
  expect(stream.told[2]?.data).toEqual({
    task_id: id,
    sequence: 3,
    type: 'notice.given',
    message: 'ℹ️ half way',
    timestamp: new Date(at).toISOString(),
  });
  expect(stream.told.at(-1)?.data).toMatchObject({ type: 'task.cancelled', message: `🛑 Task #${id} cancelled.` });
});

test('an event is told within moments, not with the next look', async () => {
  const id = await world.running();
  const stream = await listen(events(id));
  await waitUntil(() => stream.told.length === 2, { what: 'the past' });
  const before = performance.now();
  await world.happens(id, [notice('now')]);
  await waitUntil(() => stream.told.length === 3, { what: 'the notice' });
  expect(performance.now() - before).toBeLessThan(1_500);
  stream.leave();
});

test('whoever comes back is told what was missed, once and without gaps', async () => {
  const id = await world.running();
  const first = await listen(events(id));
  await waitUntil(() => first.told.length === 2, { what: 'the past' });
  first.leave();
  await world.happens(id, [notice('missed'), notice('missed too')]);
  const second = await listen(events(id), { headers: { 'last-event-id': first.told.at(-1)?.id ?? '' } });
  await waitUntil(() => second.told.length === 2, { what: 'what was missed' });
  await world.happens(id, [cancelled()]);
  expect(await second.over).toBe('ended');
  expect(second.seqs()).toEqual([3, 4, 5]);
  const third = await listen(`${events(id)}?after=4`);
  expect(await third.over).toBe('ended');
  expect(third.seqs()).toEqual([5]);
});

test('whoever has heard the end already is told to stop asking', async () => {
  const id = await world.running();
  await world.happens(id, [cancelled()]);
  const response = await world.open(events(id), { headers: { 'last-event-id': '3' } });
  expect([response.status, await response.text()]).toEqual([204, '']);
});

test.each(['abc', '-1', '1.5', '99999999999', '1 2'])('the place %p is none', async (place) => {
  const id = await world.running();
  const answer = await world.get(`${events(id)}?after=${encodeURIComponent(place)}`);
  expect(answer).toMatchObject({ status: 400, body: { reason: 'bad_last_event_id' } });
  expect(JSON.stringify(answer.body)).not.toContain(place);
});

test('an unknown task is 404, and a stream wants its token like everything else', async () => {
  expect(await world.get(events('zzzz'))).toMatchObject({ status: 404, body: { reason: 'unknown_task' } });
  const id = await world.running();
  expect((await world.open(events(id), { serving: world.locked })).status).toBe(401);
  const stream = await listen(events(id), { url: world.locked.url, headers: { authorization: `Bearer ${TOKENS.API_TOKEN}` } });
  await waitUntil(() => stream.told.length === 2, { what: 'the past' });
  stream.leave();
});

test('an open stream says that it is there before anything happens and while nothing does', async () => {
  const id = await world.running();
  const stream = await listen(events(id), { headers: { 'last-event-id': '2' } });
  await waitUntil(() => stream.comments.length >= 4, { what: 'three heartbeats' });
  expect(stream.comments[0]).toBe('retry: 2000');
  expect(stream.comments.slice(1).every((comment) => comment.startsWith(':'))).toBe(true);
  expect(stream.told).toEqual([]);
  stream.leave();
});

test('a code in what a task tells is not told', async () => {
  const id = await world.running();
  const stream = await listen(events(id), { headers: { 'last-event-id': '2' } });
  await world.happens(id, [notice(`the code is ${CODE}`), cancelled()]);
  await stream.over;
  expect(stream.told[0]?.data.message).toBe('ℹ️ the code is [redacted]');
});

test('fifty streams share one subscriber and each hears everything; none of them stays when its client goes', async () => {
  const id = await world.running();
  const subscribers = async () => (await world.control.redis.pubSubNumSub('tars:news'))['tars:news'];
  expect(await subscribers()).toBe(1);
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const streams = await Promise.all(Array.from({ length: 50 }, () => listen(events(id))));
  await world.happens(id, [notice('to all')]);
  await waitUntil(() => streams.every(({ told }) => told.length === 3), { what: 'all streams', timeoutMs: 20_000 });
  expect(await subscribers()).toBe(1);
  for (const stream of streams.slice(1)) stream.leave();
  await world.happens(id, [cancelled()]);
  expect(await streams[0]?.over).toBe('ended');
  expect(streams[0]?.seqs()).toEqual([1, 2, 3, 4]);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
}, 30_000);

/** An api of its own over the same Redis, whose listeners are counted. */
async function counted() {
  const parsed = parseConfig({ TARS_STATE_DIR: `${world.projects}/../state`, WEBHOOK_PORT: '0' });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const control: Control = await openControl({ config: parsed.config, endpoint: world.server.endpoint, onError: () => {} });
  let listeners = 0;
  const news: Control['news'] = {
    ...control.news,
    listen(onHint) {
      listeners++;
      const stop = control.news.listen(onHint);
      return () => {
        listeners--;
        stop();
      };
    },
  };
  const logger = createLogger({ service: 'api', level: 'error', format: 'json', redact: createRedactor([]) });
  const api = await startApi({ ...control, news, config: parsed.config, logger });
  return { api, control, listeners: () => listeners };
}

test('a client that goes away leaves nothing behind, however it goes', async () => {
  const { api, control, listeners } = await counted();
  const id = await world.running();
  const polite = await listen(events(id), { url: api.url });
  const rude = connect(api.port, '127.0.0.1');
  rude.write(`GET ${events(id)} HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n\r\n`);
  await once(rude, 'data');
  await waitUntil(() => listeners() === 2, { what: 'both streams' });
  polite.leave();
  rude.resetAndDestroy();
  await waitUntil(() => listeners() === 0, { what: 'no stream' });
  await api.close();
  await control.close();
});

test('a HEAD request tells what there is and opens no stream', async () => {
  const { api, control, listeners } = await counted();
  const id = await world.running();
  const response = await fetch(`${api.url}${events(id)}`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(listeners()).toBe(0);
  await api.close();
  await control.close();
});

test('an api that closes ends its streams at once, and their clients go on elsewhere', async () => {
  const { api, control } = await counted();
  const id = await world.running();
  const stream = await listen(events(id), { url: api.url });
  await waitUntil(() => stream.told.length === 2, { what: 'the past' });
  const before = performance.now();
  await api.close();
  expect(await stream.over).toBe('ended');
  expect(performance.now() - before).toBeLessThan(2_000);
  await control.close();
  await world.happens(id, [cancelled()]);
  const elsewhere = await listen(events(id), { headers: { 'last-event-id': '2' } });
  await elsewhere.over;
  expect(elsewhere.seqs()).toEqual([3]);
});

test('streams of an api without a port end when what it stands on is closed', async () => {
  const { api, control, listeners } = await counted();
  const id = await world.running();
  const stream = await listen(events(id), { url: api.url });
  await waitUntil(() => listeners() === 1, { what: 'the stream' });
  await control.close();
  expect(await stream.over).toBe('ended');
  expect(listeners()).toBe(0);
  await api.close();
});

test('a stream outlives a Redis that goes and comes back, and misses nothing', async () => {
  const id = await world.running();
  const stream = await listen(events(id), { headers: { 'last-event-id': '2' } });
  await waitUntil(() => stream.comments.length > 0, { what: 'the open stream' });
  await world.server.stop('SIGTERM');
  await world.server.restart();
  await waitUntil(async () => (await world.happens(id, [notice('back'), cancelled()])).kind === 'committed', { what: 'Redis again' });
  expect(await stream.over).toBe('ended');
  expect(stream.seqs()).toEqual([3, 4]);
}, 20_000);

test('a proxy is asked not to hold the stream back', async () => {
  const id = await world.running();
  await world.happens(id, [cancelled()]);
  const asked = request({ port: world.api.port, path: events(id), agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  expect(response.headers).toMatchObject({ 'x-accel-buffering': 'no', 'cache-control': 'no-cache' });
  expect(await text(response)).toContain('id: 3\n');
});
