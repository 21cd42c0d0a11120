import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { FAKE_DISCORD } from './ids.js';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from './server.js';

let discord: FakeDiscord;
afterEach(() => discord.close());
const start = async (options?: FakeDiscordOptions) => {
  discord = await startFakeDiscord(options);
};

type Answer = { status: number; body: Record<string, unknown>; headers: Headers };
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(path.startsWith('http') ? path : `${discord.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await response.text();
  return { status: response.status, body: said === '' ? {} : JSON.parse(said), headers: response.headers };
}
const execute = (body: unknown, query = '?wait=true') => ask('POST', `${discord.webhookUrl}${query}`, body);
const asBot = (method: string, path: string, body?: unknown) =>
  ask(method, `/api/v10/channels/${FAKE_DISCORD.channelId}${path}`, body, { authorization: `Bot ${FAKE_DISCORD.botToken}` });
const contents = () => discord.messages().map(({ content }) => content);

test('a webhook posts, and changes what it posted by its id', async () => {
  await start();
  expect((await execute({ content: 'one' }, '')).status).toBe(204);
  const { status, body } = await execute({ content: 'two' });
  expect([status, body.channel_id]).toEqual([200, FAKE_DISCORD.channelId]);
  const path = `${discord.webhookUrl}/messages/${body.id}`;
  expect((await ask('PATCH', path, { content: 'two, changed' })).body.edited_timestamp).not.toBeNull();
  expect((await ask('GET', path)).body.content).toBe('two, changed');
  expect(contents()).toEqual(['one', 'two, changed']);
  expect(discord.posts()[1]?.versions.map(({ content }) => content)).toEqual(['two', 'two, changed']);
  expect((await ask('PATCH', `${discord.webhookUrl}/messages/1300000000000000000`, { content: 'x' })).body.code).toBe(10008);
  expect((await ask('POST', `${discord.webhookUrl}x`, { content: 'x' })).status).toBe(404);
});

test('a bot reads the newest first, replies and deletes; without its token it may nothing', async () => {
  await start();
  const first = discord.say({ content: 'status' });
  const second = discord.say({ content: '4711', reply_to: first.id });
  const listed = (await asBot('GET', `/messages?limit=20&after=${first.id}`)).body as unknown as { id: string; content: string }[];
  expect(listed.map(({ content }) => content)).toEqual(['4711']);
  expect(await asBot('GET', '/messages?limit=1')).toMatchObject({
    body: [{ id: second.id, type: 19, message_reference: { message_id: first.id }, author: { id: FAKE_DISCORD.userId, bot: false } }],
  });
  expect((await asBot('DELETE', `/messages/${second.id}`)).status).toBe(204);
  const reply = { content: 'done', message_reference: { message_id: first.id } };
  expect((await asBot('POST', '/messages', reply)).body).toMatchObject({
    author: { bot: true },
    referenced_message: { content: 'status' },
  });
  expect(contents()).toEqual(['status', 'done']);
  expect((await ask('GET', `/api/v10/channels/${FAKE_DISCORD.channelId}/messages`)).status).toBe(401);
});

test.each<[string, unknown]>([
  ['more than 2,000 characters', { content: 'x'.repeat(2_001) }],
  ['a long title', { embeds: [{ title: 'x'.repeat(257) }] }],
  ['a long description', { embeds: [{ description: 'x'.repeat(4_097) }] }],
  ['26 fields', { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] }],
  ['a field with nothing in it', { embeds: [{ fields: [{ name: 'a', value: ' ' }] }] }],
  ['a long field', { embeds: [{ fields: [{ name: 'a', value: 'x'.repeat(1_025) }] }] }],
  ['a long footer', { embeds: [{ description: 'd', footer: { text: 'x'.repeat(2_049) } }] }],
  ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }],
  ['embeds of more than 6,000 together', { embeds: [{ description: 'x'.repeat(3_001) }, { description: 'x'.repeat(3_000) }] }],
])('%s are no message', async (_, body) => {
  await start();
  expect(await execute(body)).toMatchObject({ status: 400, body: { code: 50035 } });
  expect(contents()).toEqual([]);
});

test('what a bot posts twice with one nonce, because the answer was lost, stands there once', async () => {
  await start();
  const post = (nonce: string, enforce_nonce: boolean) => asBot('POST', '/messages', { content: 'once', nonce, enforce_nonce });
  discord.faults({ lose_answer: true, times: 1 });
  await expect(post('a7f3:1:n8n', true)).rejects.toThrow();
  const { status, body } = await post('a7f3:1:n8n', true);
  expect({ status, nonce: body.nonce, contents: contents() }).toEqual({ status: 200, nonce: 'a7f3:1:n8n', contents: ['once'] });
  await post('a7f3:2:n8n', true);
  await post('a7f3:2:n8n', false);
  expect(contents()).toHaveLength(3);
});

test('an empty message is none', async () => {
  await start();
  expect((await execute({ content: ' ' })).body.code).toBe(50006);
});

test('the sixth request within two seconds waits, the thirty-first within a minute too, and what was refused was not posted', async () => {
  let now = 1_000_000;
  await start({ clock: () => now });
  for (const index of [1, 2, 3, 4, 5]) expect((await execute({ content: `${index}` })).status).toBe(200);
  const refused = await execute({ content: '6' });
  expect(refused).toMatchObject({ status: 429, body: { retry_after: 2, global: false } });
  expect(refused.headers.get('retry-after')).toBe('2');
  for (let index = 6; index <= 30; index += 1) {
    if (index % 5 === 1) now += 2_000;
    expect((await execute({ content: `${index}` })).status).toBe(200);
  }
  now += 2_000;
  // The first of the thirty is twelve seconds old.
  expect(await execute({ content: '31' })).toMatchObject({ status: 429, body: { retry_after: 48 } });
  now += 48_000;
  expect((await execute({ content: '31' })).status).toBe(200);
  expect(contents()).toHaveLength(31);
});

test('a forum wants a thread, and a channel that is none refuses one', async () => {
  await start({ isForum: true });
  expect((await execute({ content: 'x' })).body.code).toBe(220001);
  const { body } = await execute({ content: 'first', thread_name: '#a7f3' });
  expect(body.channel_id).toBe(body.id);
  expect((await execute({ content: 'second' }, `?wait=true&thread_id=${body.channel_id}`)).status).toBe(200);
  expect((await ask('PATCH', `${discord.webhookUrl}/messages/${body.id}`, { content: 'x' })).body.code).toBe(10008);
  expect((await ask('PATCH', `${discord.webhookUrl}/messages/${body.id}?thread_id=${body.id}`, { content: 'x' })).status).toBe(200);
  expect(discord.posts().map(({ thread }) => thread)).toEqual(['#a7f3', '#a7f3']);
  await discord.close();
  await start();
  expect((await execute({ content: 'x', thread_name: 'y' })).body.code).toBe(220003);
});

test('whom a message pings is told: only what its text names outside of code, and what it allows', async () => {
  await start();
  const [someone, other] = ['123456789012345678', '223456789012345678'];
  const content = `@everyone <@${someone}> <@${other}> \`<@${someone}>\``;
  for (const allowed_mentions of [undefined, { parse: [] }, { parse: [], users: [someone] }]) await execute({ content, allowed_mentions });
  expect(discord.posts().map(({ pinged }) => pinged)).toEqual([['@everyone', someone, other], [], [someone]]);
});

test('only the webhook of an application carries buttons', async () => {
  const row = { type: 1, components: [{ type: 2, style: 3, label: 'Approve', custom_id: 'yes' }] };
  await start();
  expect((await execute({ content: 'x', components: [row] })).body.components).toEqual([]);
  expect((await ask('GET', discord.webhookUrl)).body.application_id).toBeNull();
  await discord.close();
  await start({ isApplicationOwned: true });
  expect((await execute({ content: 'x', components: [row] })).body.components).toEqual([row]);
  expect((await ask('GET', discord.webhookUrl)).body.application_id).toBe(FAKE_DISCORD.applicationId);
});

test('a pressed button is signed so that the public key proves it', async () => {
  await start();
  const asked: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ headers: request.headers, body: await text(request) });
    response.end('{"type":1}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await discord.interact(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { type: 1 });
  server.close();
  expect(answer).toMatchObject({ status: 200, body: { type: 1 } });
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(discord.publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  const signed = Buffer.from(`${asked[0]?.headers['x-signature-timestamp']}${asked[0]?.body}`);
  expect(verify(null, signed, key, Buffer.from(String(asked[0]?.headers['x-signature-ed25519']), 'hex'))).toBe(true);
});

test('it misbehaves on request, and says what it was asked', async () => {
  await start();
  expect((await ask('POST', '/faults', { status: 503, times: 1 })).status).toBe(200);
  expect((await execute({ content: 'x' })).status).toBe(503);
  discord.faults({ lose_answer: true, times: 1 });
  await expect(execute({ content: 'y' })).rejects.toThrow(/fetch failed/);
  expect(contents()).toEqual(['y']);
  expect((await ask('POST', '/_say', { content: 'hello' })).status).toBe(200);
  expect((await ask('GET', '/_posts')).body).toHaveLength(2);
  expect(((await ask('GET', '/_requests')).body as unknown as { status: number }[]).map(({ status }) => status)).toEqual([503, 200]);
  expect((await ask('POST', '/faults', { stauts: 1 })).status).toBe(400);
});
