import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { connectRedis, keys, type Redis } from '@tars/core/redis';
import { FAKE_DISCORD, type FakeDiscord, type FakeDiscordOptions, startFakeDiscord, startTestRedis, type TestRedis } from '@tars/testkit';
import type { Channel, Delivery } from '../channel.js';
import { describeChannel } from '../testing/conformance.js';
import { readableLogger } from '../testing/logger.js';
import { ASKED, accepted, deliveries, deliveryOf, event } from '../testing/story.js';
import { createDiscordChannel, type DiscordOptions } from './channel.js';

const never = new AbortController().signal;
let server: TestRedis;
let redis: Redis;
let discord: FakeDiscord;
beforeAll(async () => {
  server = await startTestRedis();
  redis = await connectRedis(server.endpoint);
});
beforeEach(() => redis.flushDb());
afterEach(() => discord?.close());
afterAll(async () => {
  redis.destroy();
  await server.close();
});

const channelTo = (fake: FakeDiscord, differs: Partial<DiscordOptions> = {}): Channel =>
  createDiscordChannel({
    url: fake.webhookUrl,
    redis,
    redact: (text) => text,
    hideCommandOutput: false,
    mentionUser: null,
    logger: readableLogger().logger,
    ...differs,
  });
async function open(options: FakeDiscordOptions = {}, differs: Partial<DiscordOptions> = {}): Promise<Channel> {
  discord = await startFakeDiscord(options);
  return channelTo(discord, differs);
}
const story = (...events: Event[]) => deliveries([accepted(), event('task.claimed'), ...events]);
async function tell(channel: Channel, all: readonly Delivery[]): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const one of all) outcomes.push((await channel.deliver(one, never)).kind);
  return outcomes;
}
const contents = () => discord.messages().map(({ content }) => content);
const STARTED = '🚀 Started background task #a7f3: build a calculator';

describeChannel('Discord', async () => {
  const fake = await startFakeDiscord();
  await redis.flushDb();
  return {
    channel: channelTo(fake),
    worthTelling: deliveryOf(event('edit.made')),
    notWorthTelling: deliveryOf(event('turn.replied')),
    received: () => fake.messages().map(({ content }) => content),
    leave: () => fake.faults({ cut: true }),
    comeBack: () => fake.faults({}),
    fallSilent: () => fake.faults({ drop: true }),
    close: () => fake.close(),
  };
});

test('each update is a message, in order, and pings nobody', async () => {
  const channel = await open();
  await tell(channel, story(event('edit.made', { words: '@everyone look' }), event('task.finished')));
  expect(contents()).toEqual([
    STARTED,
    '✏️ Created calculator.py: @\u200Beveryone look',
    '🎉 Task complete!\nAll tests passed, code formatted and ready.',
  ]);
  expect(discord.posts().flatMap(({ pinged }) => pinged)).toEqual([]);
});

test('a card is changed in place by whoever comes next, and what wakes is a message', async () => {
  const before = await open({}, { style: 'card' });
  const all = story(event('phase.entered'), event('edit.made'), event('confirmation.requested'));
  await tell(before, all.slice(0, 3));
  // Another notifier, which knows only what is in the record.
  await tell(channelTo(discord, { style: 'card', mentionUser: FAKE_DISCORD.userId }), all.slice(3));
  const [card, request] = discord.posts();
  expect(discord.posts()).toHaveLength(2);
  expect(card?.versions).toHaveLength(4);
  expect(card?.message.embeds[0]?.title).toBe('#a7f3 ⚠️ Needs your confirmation code');
  expect(request?.message.content).toContain('Needs Confirmation');
  expect([card?.pinged, request?.pinged]).toEqual([[], [FAKE_DISCORD.userId]]);
});

test('when a card cannot be changed right now, the message beside it is not posted twice', async () => {
  const channel = await open({}, { style: 'card' });
  const all = story(event('task.finished'));
  await tell(channel, all.slice(0, 2));
  const last = all.at(-1) as Delivery;
  // Its message gets through; the change of the card does not.
  const original = discord.requests().length;
  const delivering = channel.deliver(last, never);
  while (discord.requests().length === original) await new Promise(setImmediate);
  discord.faults({ status: 503, times: 1 });
  expect((await delivering).kind).toBe('later');
  expect((await channel.deliver(last, never)).kind).toBe('delivered');
  expect((await channel.deliver(last, never)).kind).toBe('delivered');
  expect(contents().filter((text) => text.startsWith('🎉'))).toHaveLength(1);
  expect(discord.posts()[0]?.message.embeds[0]?.title).toBe('#a7f3 🎉 Complete');
});

test('an older version never takes the place of a newer one', async () => {
  const channel = await open({}, { style: 'card' });
  const all = story(event('edit.made', { path: 'old.py' }), event('task.finished'));
  await tell(channel, all);
  expect(await tell(channelTo(discord, { style: 'card' }), [all[2] as Delivery])).toEqual(['delivered']);
  expect(discord.posts()[0]?.message.embeds[0]?.title).toBe('#a7f3 🎉 Complete');
});

test('a card that somebody deleted is posted anew', async () => {
  const channel = await open({}, { style: 'card' });
  const all = story(event('phase.entered'), event('edit.made'));
  await tell(channel, all.slice(0, 3));
  const [card] = discord.messages();
  await fetch(`${discord.webhookUrl}/messages/${card?.id}`, { method: 'DELETE' });
  await tell(channel, all.slice(3));
  expect(contents()).toEqual([STARTED]);
  expect(discord.messages()[0]?.id).not.toBe(card?.id);
});

test.each(['messages', 'card'] as const)('in a forum each task has a thread of its own (%s)', async (style) => {
  const channel = await open({ isForum: true }, { style });
  const other = deliveries([accepted({ goal: 'tidy up' })], 'c2k9');
  const all = story(event('edit.made'), event('task.finished'));
  await tell(channel, [...all.slice(0, 3), ...other, ...all.slice(3)]);
  const byThread = (name: string) => discord.posts().filter(({ thread }) => thread === name).length;
  expect([byThread('#a7f3 build a calculator'), byThread('#c2k9 tidy up')]).toEqual(style === 'card' ? [2, 1] : [3, 1]);
  expect(await redis.exists(keys.discord('a7f3'))).toBe(1);
});

test('a thread that somebody deleted is opened anew, with the card in it', async () => {
  let now = 1_000_000;
  const channel = await open({ isForum: true, clock: () => now }, { style: 'card', clock: () => now });
  const all = story(event('edit.made'), event('task.finished'));
  await tell(channel, all.slice(0, 3));
  await redis.hSet(keys.discord('a7f3'), 'thread', '1299999999999999999');
  const last = all.at(-1) as Delivery;
  expect(await channel.deliver(last, never)).toEqual({ kind: 'later', afterMs: 0 });
  now += 3_000;
  expect(await channel.deliver(last, never)).toEqual({ kind: 'delivered' });
  const fresh = await redis.hGet(keys.discord('a7f3'), 'thread');
  expect(discord.posts().flatMap(({ message }) => (message.channel_id === fresh ? [message.content.split('\n')[0]] : []))).toEqual([
    '🎉 Task complete!',
    STARTED,
  ]);
});

test('nothing is asked of Discord before the time it has named', async () => {
  let now = 1_000_000;
  const channel = await open({ clock: () => now }, { clock: () => now });
  discord.faults({ status: 429, retry_after: 7.5, times: 1 });
  const [first] = story() as [Delivery];
  expect(await channel.deliver(first, never)).toEqual({ kind: 'later', afterMs: 7_500 });
  now += 7_000;
  expect(await channel.deliver(first, never)).toEqual({ kind: 'later', afterMs: 500 });
  expect(discord.requests()).toHaveLength(1);
  now += 500;
  expect(await channel.deliver(first, never)).toEqual({ kind: 'delivered' });
});

test('the buttons of a request go once it is answered', async () => {
  const channel = await open({ isApplicationOwned: true }, { buttons: true });
  const all = story(event('confirmation.requested'), event('confirmation.answered'));
  await tell(channel, all.slice(0, 3));
  expect(discord.messages().at(-1)?.components).toHaveLength(1);
  await tell(channel, all.slice(3));
  expect(discord.messages().map(({ components }) => components)).toEqual([[], [], []]);
  expect(await redis.hExists(keys.discord('a7f3'), `ask:${ASKED.id}`)).toBe(0);
});

test('a webhook that is gone refuses, and is not asked again for the same message', async () => {
  await open();
  const channel = channelTo(discord, { url: `${discord.webhookUrl}x` });
  expect(await channel.deliver(story()[0] as Delivery, never)).toEqual({ kind: 'refused', status: 404 });
});

test('an address that names a thread posts into it', async () => {
  const channel = await open({ isForum: true });
  const opened = await fetch(`${discord.webhookUrl}?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'all of TARS', thread_name: 'TARS' }),
  });
  const { channel_id: thread } = (await opened.json()) as { channel_id: string };
  expect((await tell(channelTo(discord, { url: `${discord.webhookUrl}?thread_id=${thread}` }), story())).at(0)).toBe('delivered');
  expect(discord.posts().map((post) => post.thread)).toEqual(['TARS', 'TARS']);
  expect(channel.name).toBe('discord');
});
