import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '../wait-until.js';
import type { Fault } from './fault.js';
import { type FakeClaude, startFakeClaude } from './server.js';

let fake: FakeClaude | undefined;
afterEach(() => fake?.close());

const CALL = { name: 'bash', input: { command: 'rm -rf build && npm run build', reason: 'build afresh' } };
async function start(fault: Fault | undefined) {
  const started = await startFakeClaude({
    scenario: { turns: [{ text: 'Building.', calls: [CALL], ...(fault === undefined ? {} : { fault }) }] },
  });
  fake = started;
  return { fake: started, client: new Anthropic({ apiKey: 'k', baseURL: started.url, maxRetries: 0, logLevel: 'off' }) };
}
const REQUEST = { model: 'claude-sonnet-5-5', max_tokens: 1_000, messages: [{ role: 'user' as const, content: 'Goal: build' }] };

/** The events a client got before its stream ended or broke. */
async function streamed(client: Anthropic, signal?: AbortSignal) {
  const types: string[] = [];
  let json = '';
  const stream = client.messages.stream(REQUEST, signal === undefined ? {} : { signal });
  stream.on('streamEvent', (event) => {
    types.push(event.type);
    if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') json += event.delta.partial_json;
  });
  const error: unknown = await stream.finalMessage().then(
    () => null,
    (reason: unknown) => reason,
  );
  return { types, json, error };
}

test.each([
  [{ status: 429, retry_after: 7 }, 'rate_limit_error'],
  [{ status: 500 }, 'api_error'],
  [{ status: 529 }, 'overloaded_error'],
  [{ status: 401 }, 'authentication_error'],
  [{ status: 404 }, 'not_found_error'],
])('status %j strikes as often as told, then the same turn is answered', async (given, type) => {
  const { fake, client } = await start({ kind: 'status', times: 2, ...given });
  for (const _ of ['first', 'second']) {
    const error = await client.messages.create(REQUEST).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: given.status, type });
    if (error instanceof Anthropic.APIError) expect(error.headers?.get('retry-after')).toBe('retry_after' in given ? '7' : null);
  }
  expect((await client.messages.create(REQUEST)).stop_reason).toBe('tool_use');
  expect(fake.requests().map(({ fault }) => fault)).toEqual(['status', 'status', null]);
  expect(fake.failures()).toEqual([]);
});

test('cut breaks the connection in the middle of the tool call', async () => {
  const { fake, client } = await start({ kind: 'cut' });
  const { types, json, error } = await streamed(client);
  expect(error).toMatchObject({ message: expect.stringMatching(/terminated/) });
  expect(types.at(-1)).toBe('content_block_delta');
  expect(json.length).toBeGreaterThan(0);
  expect(JSON.stringify(CALL.input).startsWith(json)).toBe(true);
  expect(json.length).toBeLessThan(JSON.stringify(CALL.input).length);
  await waitUntil(() => fake.requests()[0]?.ended_at, { what: 'the end of the cut request' });
  expect(fake.requests()[0]).toMatchObject({ fault: 'cut', answered_whole: false });
});

test('truncate ends the stream cleanly in the middle of the tool call', async () => {
  const { fake, client } = await start({ kind: 'truncate' });
  const { types } = await streamed(client);
  expect(types).not.toContain('message_delta');
  expect(types.at(-1)).toBe('content_block_delta');
  expect(fake.requests()[0]).toMatchObject({ fault: 'truncate', answered_whole: true });
});

test('no_message_stop sends everything but the stop', async () => {
  const { client } = await start({ kind: 'no_message_stop' });
  const { types, json } = await streamed(client);
  expect(types.at(-1)).toBe('message_delta');
  expect(JSON.parse(json)).toEqual(CALL.input);
});

test('error_event arrives as an error of its type within the stream', async () => {
  const { client } = await start({ kind: 'error_event', message: 'Too many tasks' });
  const { types, error } = await streamed(client);
  expect(types).toContain('content_block_delta');
  expect(error).toBeInstanceOf(Anthropic.APIError);
  expect(error).toMatchObject({ type: 'overloaded_error' });
});

test('hang sends nothing, and a client that leaves is seen to leave', async () => {
  const { fake, client } = await start({ kind: 'hang' });
  const patience = new AbortController();
  const asked = streamed(client, patience.signal);
  await waitUntil(() => fake.requests()[0]?.fault === 'hang', { what: 'the hanging request' });
  expect(fake.requests()[0]).toMatchObject({ status: null, ended_at: null });
  patience.abort();
  expect((await asked).error).toBeInstanceOf(Anthropic.APIUserAbortError);
  await waitUntil(() => fake.requests()[0]?.ended_at, { what: 'the end of the hanging request' });
});

test('stall sends half a reply, then nothing', async () => {
  const { client } = await start({ kind: 'stall' });
  const patience = new AbortController();
  const stream = client.messages.stream(REQUEST, { signal: patience.signal });
  let begun = false;
  stream.on('inputJson', () => {
    begun = true;
  });
  const ended = stream.finalMessage().catch((error: unknown) => error);
  await waitUntil(() => begun, { what: 'half a tool call' });
  expect(stream.ended).toBe(false);
  patience.abort();
  expect(await ended).toBeInstanceOf(Anthropic.APIUserAbortError);
});

test('refuse drops the request and takes no connection until its time is over', async () => {
  const { client } = await start({ kind: 'refuse', for_ms: 300 });
  const begin = performance.now();
  await expect(client.messages.create(REQUEST)).rejects.toBeInstanceOf(Anthropic.APIConnectionError);
  await expect(client.messages.create(REQUEST)).rejects.toBeInstanceOf(Anthropic.APIConnectionError);
  const message = await waitUntil(() => client.messages.create(REQUEST), { what: 'the service to be back' });
  expect(performance.now() - begin).toBeGreaterThan(250);
  expect(message.stop_reason).toBe('tool_use');
});

test('slow pauses before every event, and delay_ms before the first', async () => {
  const { client } = await start({ kind: 'slow', pace_ms: 20 });
  const begin = performance.now();
  const { types, error } = await streamed(client);
  expect(error).toBeNull();
  expect(performance.now() - begin).toBeGreaterThanOrEqual(types.length * 19);
});

test('a fault is switched on and off at run time, over HTTP too', async () => {
  const { fake, client } = await start(undefined);
  const control = (body: unknown) => fetch(`${fake.url}/_control`, { method: 'POST', body: JSON.stringify(body) });
  expect((await control({ fault: { kind: 'status', status: 529 } })).status).toBe(200);
  for (const _ of ['first', 'second']) await expect(client.messages.create(REQUEST)).rejects.toMatchObject({ status: 529 });
  await expect(client.models.list()).rejects.toMatchObject({ status: 529 });
  await control({ fault: null });
  expect((await client.messages.create(REQUEST)).stop_reason).toBe('tool_use');
  fake.control({ fault: { kind: 'cut', times: 1 } });
  await expect(client.messages.create(REQUEST)).rejects.toThrow(/terminated/);
  expect((await client.messages.create(REQUEST)).stop_reason).toBe('tool_use');
  expect((await control({ hang: 'yes' })).status).toBe(400);
});

test('hang for short, and off again', async () => {
  const { fake, client } = await start(undefined);
  fake.control({ hang: true });
  await expect(client.messages.create(REQUEST, { timeout: 50 })).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
  fake.control({ hang: false });
  expect((await client.messages.create(REQUEST)).stop_reason).toBe('tool_use');
});

test('closing ends what still hangs', async () => {
  const { fake, client } = await start({ kind: 'hang' });
  const asked = client.messages.create(REQUEST).catch((error: unknown) => error);
  await waitUntil(() => fake.requests().length === 1, { what: 'the request' });
  await fake.close();
  expect(await asked).toBeInstanceOf(Anthropic.APIConnectionError);
});
