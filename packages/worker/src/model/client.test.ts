// The model over real HTTP, with everything that goes wrong on the way.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeClaude, type ScenarioInput, startFakeClaude, type TurnInput, waitUntil } from '@tars/testkit';
import { createModelClient, ModelGaveUpError, type Patience } from './client.js';
import { failureOf } from './failure.js';

/** Silence is told soon only where a test is about it: a busy machine is silent too. */
const QUICK: Patience = { silenceMs: 20_000, firstWaitMs: 4, longestWaitMs: 20, outageMs: 5_000 };
const REQUEST = { system: 'Be good.', tools: [], messages: [{ role: 'user' as const, content: 'Go' }] };
const CALL = { name: 'bash', id: 'toolu_1', input: { command: 'echo a command long enough to be cut in two', reason: 'see' } };
const never = new AbortController().signal;

const open: FakeClaude[] = [];
afterEach(async () => {
  for (const claude of open.splice(0)) await claude.close();
});

async function claudeWith(scenario: ScenarioInput, patience: Partial<Patience> = {}, before: { spentMs?: number; isAway?: boolean } = {}) {
  const claude = await startFakeClaude({ scenario });
  open.push(claude);
  const outages: ({ what: string; tries: number } | null)[] = [];
  const settings = { apiKey: 'sk-test', baseUrl: claude.url, model: 'claude-sonnet-5-5' };
  const client = createModelClient(settings, { ...before, outage: (failure) => outages.push(failure) }, { ...QUICK, ...patience });
  return { claude, client, outages };
}

const failing = (fault: TurnInput['fault'], patience: Partial<Patience> = {}, before: { spentMs?: number } = {}) =>
  claudeWith({ turns: [{ text: 'Look first.', calls: [CALL], fault }] }, patience, before);

const WHOLE = [
  { type: 'text', text: 'Look first.' },
  { type: 'tool_use', id: 'toolu_1', name: 'bash', input: CALL.input },
];

const SOON = { silenceMs: 300 };
const PASSING: readonly (readonly [string, TurnInput['fault'], string, Partial<Patience>])[] = [
  ['a status 429', { kind: 'status', status: 429 }, 'status 429', {}],
  ['a status 529', { kind: 'status', status: 529 }, 'status 529', {}],
  ['a status 500', { kind: 'status', status: 500 }, 'status 500', {}],
  ['a connection cut in the middle of a tool call', { kind: 'cut' }, '', {}],
  ['a reply that ends in the middle of a tool call', { kind: 'truncate' }, '', {}],
  ['a reply without its end', { kind: 'no_message_stop' }, '', {}],
  ['two statuses 529', { kind: 'status', status: 529, times: 2 }, 'status 529', {}],
  ['two statuses 429 with a time to wait', { kind: 'status', status: 429, times: 2, retry_after: 0.05 }, 'status 429', {}],
  ['two statuses 500', { kind: 'status', status: 500, times: 2 }, 'status 500', {}],
  ['twelve statuses 529 in a row', { kind: 'status', status: 529, times: 12 }, 'status 529', {}],
  ['an error inside the reply', { kind: 'error_event' }, 'an error inside the reply', {}],
  ['half a reply and then silence', { kind: 'stall' }, 'no sign of life for 0.3 s', SOON],
  ['silence from the start', { kind: 'hang' }, 'no sign of life for 0.3 s', SOON],
  ['connections refused for three seconds', { kind: 'refuse', for_ms: 3_000 }, 'no connection', { longestWaitMs: 250 }],
];

test.each(PASSING)(
  'after %s the whole turn is asked for again, and only the whole reply is given out',
  async (_, fault, what, patience) => {
    const { claude, client, outages } = await failing(fault, patience);
    const reply = await client.turn(REQUEST, never);
    expect(reply.content).toMatchObject(WHOLE);
    expect(reply).toMatchObject({ stopReason: 'tool_use', model: 'claude-sonnet-5-5' });
    const [first, ...more] = claude.requests().map(({ body }) => JSON.stringify(body));
    expect(more.length).toBeGreaterThan(0);
    for (const again of more) expect(again).toBe(first);
    expect(outages[0]).toMatchObject({ tries: 1, what: expect.stringContaining(what) });
    expect(outages.at(-1)).toBeNull();
  },
);

test('a service that answers at once has no outage', async () => {
  const { client, outages } = await claudeWith({ turns: [{ text: 'Hello.' }] });
  await client.turn(REQUEST, never);
  expect(outages).toEqual([]);
});

test('three failures in a row are waited out, each wait told with its try', async () => {
  const { client, outages } = await failing({ kind: 'status', status: 529, times: 3 });
  await client.turn(REQUEST, never);
  expect(outages.map((failure) => failure?.tries ?? null)).toEqual([1, 2, 3, null]);
});

test('the service is left alone for as long as it asks', async () => {
  const { claude, client } = await failing({ kind: 'status', status: 429, retry_after: 0.25 });
  await client.turn(REQUEST, never);
  const [first, second] = claude.requests().map(({ at }) => Date.parse(at));
  expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(245);
});

test('a service that asks for no wait at all is not asked without a pause', async () => {
  const { claude, client } = await failing({ kind: 'status', status: 429, retry_after: 0 }, { firstWaitMs: 150 });
  await client.turn(REQUEST, never);
  const [first, second] = claude.requests().map(({ at }) => Date.parse(at));
  expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(145);
});

test.each([
  [401, 'bad_api_key', 'ANTHROPIC_API_KEY'],
  [402, 'no_credit', 'billing'],
  [403, 'not_allowed', 'claude-sonnet-5-5'],
  [404, 'unknown_model', 'CLAUDE_MODEL'],
  [413, 'context_too_large', 'conversation'],
  [400, 'model_rejected', 'status 400'],
])('status %i gives up at once, with %s as the reason', async (status, reason, hint) => {
  const { claude, client, outages } = await failing({ kind: 'status', status, times: 'always' });
  const gaveUp = await client.turn(REQUEST, never).catch((error: unknown) => error);
  expect(gaveUp).toBeInstanceOf(ModelGaveUpError);
  expect(gaveUp).toMatchObject({ code: 'model_gave_up', reason, message: expect.stringContaining(hint) });
  expect(claude.requests()).toHaveLength(1);
  expect(outages).toEqual([]);
});

test('a service that stays away longer than an outage may last is given up', async () => {
  const { claude, client } = await failing({ kind: 'status', status: 503, times: 'always' }, { outageMs: 120 });
  await expect(client.turn(REQUEST, never)).rejects.toMatchObject({ reason: 'model_unavailable' });
  expect(claude.requests().length).toBeGreaterThan(1);
});

test('what earlier outages took, in this attempt or before it, is not waited for again', async () => {
  const first = await failing({ kind: 'status', status: 503, times: 'always' }, { outageMs: 60_000 }, { spentMs: 59_999 });
  await expect(first.client.turn(REQUEST, never)).rejects.toMatchObject({ reason: 'model_unavailable' });
  expect(first.claude.requests()).toHaveLength(1);

  // Exact waits: one of them fits into the patience, two do not.
  const away = { kind: 'status', status: 503, retry_after: 0.1 } as const;
  const { client, claude } = await failing({ ...away, times: 1 }, { outageMs: 180 });
  await client.turn(REQUEST, never);
  await claude.control({ fault: { ...away, times: 'always' } });
  const asked = claude.requests().length;
  await expect(client.turn(REQUEST, never)).rejects.toMatchObject({ reason: 'model_unavailable' });
  expect(claude.requests()).toHaveLength(asked + 1);
});

test('a service that was away when the attempt before ended is told to be back with its first answer', async () => {
  const { client, outages } = await claudeWith({ turns: [{ text: 'Hello.' }] }, {}, { isAway: true });
  await client.turn(REQUEST, never);
  expect(outages).toEqual([null]);
});

test('a service may name the time at which it wants to be asked again', () => {
  const headers = (after: string) => new Headers({ 'retry-after': after });
  const asked = (after: string) => failureOf(new Anthropic.APIError(503, undefined, 'away', headers(after)), 'm');
  const inAMinute = asked(new Date(Date.now() + 60_000).toUTCString());
  expect(inAMinute).toMatchObject({ kind: 'again' });
  const { afterMs } = inAMinute as { afterMs: number };
  expect(afterMs).toBeGreaterThan(55_000);
  expect(afterMs).toBeLessThanOrEqual(60_000);
  expect(asked('7')).toMatchObject({ afterMs: 7_000 });
  expect(asked('soon')).toMatchObject({ afterMs: null });
});

test('a wait longer than an outage may last is not begun', async () => {
  const { claude, client } = await failing({ kind: 'status', status: 429, retry_after: 3_600 });
  await expect(client.turn(REQUEST, never)).rejects.toMatchObject({ reason: 'model_unavailable' });
  expect(claude.requests()).toHaveLength(1);
});

describe('an abort ends at once', () => {
  test('the wait between two tries', async () => {
    const { client, outages } = await failing(
      { kind: 'status', status: 529, times: 'always' },
      { firstWaitMs: 100_000, longestWaitMs: 100_000, outageMs: 1e9 },
    );
    const abort = new AbortController();
    const turn = client.turn(REQUEST, abort.signal);
    await waitUntil(() => outages.length === 1, { what: 'the first failure' });
    abort.abort();
    await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a request in mid-reply, and it is not made again', async () => {
    const { claude, client, outages } = await failing({ kind: 'stall' }, { silenceMs: 100_000 });
    const abort = new AbortController();
    const turn = client.turn(REQUEST, abort.signal);
    await waitUntil(() => claude.requests().length === 1, { what: 'the request' });
    abort.abort();
    await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
    expect(claude.requests()).toHaveLength(1);
    expect(outages).toEqual([]);
  });
});

test('a reply that takes its time is waited for as long as the service pings', async () => {
  const send = (response: ServerResponse, event: { type: string }) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null };
  const server = createServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send(response, { type: 'message_start', message: { ...message, usage: { input_tokens: 1, output_tokens: 1 } } } as never);
    const until = performance.now() + 2 * SOON.silenceMs;
    while (performance.now() < until) {
      send(response, { type: 'ping' });
      await delay(SOON.silenceMs / 20);
    }
    send(response, { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } } as never);
    send(response, { type: 'message_stop' });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outages: unknown[] = [];
    const client = createModelClient(
      { apiKey: 'k', baseUrl, model: 'm' },
      { outage: (failure) => outages.push(failure) },
      { ...QUICK, ...SOON },
    );
    expect(await client.turn(REQUEST, never)).toMatchObject({ stopReason: 'end_turn' });
    expect(outages).toEqual([]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
