import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FakeDiscord, type FakeN8n, startFakeDiscord, startFakeN8n } from '@tars/testkit';
import { checkDiscord } from './discord.js';
import { checkAddress } from './updates.js';

let n8n: FakeN8n;
let page: Server;
let discord: FakeDiscord;
/** What the web server that is no n8n answers. */
let given: { status: number; type: string; text: string; location?: string };
beforeEach(async () => {
  n8n = await startFakeN8n();
  page = createServer((_, response) => {
    const { status, type, text, location } = given;
    response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(text);
  }).listen(0, '127.0.0.1');
  await once(page, 'listening');
});
afterEach(async () => {
  await n8n.close();
  page.close();
  await discord?.close();
});

const ask = async (url: string | null, more: { isSilent?: boolean; token?: string } = {}) =>
  checkAddress(
    { updatesUrl: url, discordWebhookUrl: null, n8nWebhookSecret: 'a-secret', n8nWebhookToken: more.token ?? null },
    more.isSilent ?? false,
  );
const pageUrl = () => `http://127.0.0.1:${(page.address() as AddressInfo).port}/webhook/tars`;

test('a test update is sent as every other: signed, with the token, ready for Discord', async () => {
  const [finding] = await ask(`${n8n.url}/webhook/tars`, { token: 'n8n-token' });
  expect(finding).toMatchObject({ level: 'ok', message: `n8n at ${n8n.url} took a test update (200).` });
  const [delivery] = n8n.deliveries();
  expect(delivery?.headers).toMatchObject({
    authorization: 'Bearer n8n-token',
    'webhook-id': expect.stringMatching(/^test:/),
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
  expect(delivery?.body).toMatchObject({ type: 'test', discord: { content: expect.any(String), allowed_mentions: { parse: [] } } });
});

const JSON_TYPE = 'application/json; charset=utf-8';
const UNREGISTERED = '{"code":404,"message":"The requested webhook \\"POST tars\\" is not registered.","hint":"…"}';
/** What the workflow answers while Discord answers so. */
const saying = (discord: number) => ({
  status: 503,
  type: JSON_TYPE,
  text: JSON.stringify({ status: 'later', discord, message_id: null }),
});
test.each<[string, typeof given, RegExp, RegExp]>([
  [
    'a workflow that is not active',
    { status: 404, type: JSON_TYPE, text: UNREGISTERED },
    /no such webhook \(404\)/,
    /Activate the workflow/,
  ],
  ['a wrong path', { status: 404, type: 'text/plain', text: 'no' }, /no webhook under that address/, /production address/],
  ['a token that is refused', { status: 403, type: JSON_TYPE, text: '{}' }, /refuses the token \(403\)/, /N8N_WEBHOOK_TOKEN/],
  ['a login page', { status: 200, type: 'text/html', text: '<html>' }, /A web page answers .*\(200\)/, /production URL/],
  ["a tunnel's own page", { status: 404, type: 'text/html; charset=utf-8', text: '<html>' }, /A web page answers .*\(404\)/, /before n8n/],
  ['a redirect', { status: 301, type: 'text/plain', text: '', location: '/x' }, /redirects \(301\)/, /redirects to/],
  [
    'a workflow that fails',
    { status: 500, type: JSON_TYPE, text: '{"message":"Error in workflow"}' },
    /failed over a test update \(500\)/,
    /executions/,
  ],
  ['a bot that Discord does not know', saying(401), /Discord refuses the bot's token \(401\)/, /credential "Discord bot"/],
  ['a bot that may not write', saying(403), /may not write in that channel/, /Send Messages/],
  ['a channel that is none', saying(404), /no such channel/, /channel_id/],
  ['a message it does not like', { status: 422, type: JSON_TYPE, text: '{}' }, /refuses a test update \(422\)/, /executions/],
])('%s is told apart, with what mends it', async (_, answer, message, fix) => {
  given = answer;
  expect(await ask(pageUrl())).toEqual([
    { check: 'n8n', level: 'problem', message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
  ]);
});

test('who asks for patience is no problem, and what is silent sends nothing', async () => {
  n8n.faults({ status: 429 });
  expect(await ask(n8n.url)).toMatchObject([{ level: 'note', message: expect.stringContaining('429') }]);
  const before = n8n.attempts().length;
  expect(await ask(n8n.url, { isSilent: true })).toMatchObject([
    { level: 'note', message: expect.stringContaining('no test update was sent') },
  ]);
  expect(n8n.attempts()).toHaveLength(before);
});

test('the Discord webhook is looked at, and nothing is posted', async () => {
  discord = await startFakeDiscord();
  const look = (discordWebhookUrl: string | null, discordButtons = false) => checkDiscord({ discordWebhookUrl, discordButtons });
  expect(await look(null)).toEqual([]);
  expect(await look(discord.webhookUrl)).toMatchObject([{ level: 'ok' }]);
  expect(await look(discord.webhookUrl, true)).toMatchObject([{ level: 'note', fix: expect.stringContaining('DISCORD_BUTTONS=false') }]);
  expect(await look(`${discord.webhookUrl}x`)).toMatchObject([{ level: 'problem', message: 'Discord does not know the webhook (404).' }]);
  expect(discord.posts()).toEqual([]);
  await discord.close();
  expect(await look(discord.webhookUrl)).toMatchObject([
    { level: 'problem', message: expect.stringMatching(/^Discord cannot be reached/) },
  ]);
});
