// Five hundred events within a minute, on a clock of the test's own, against a Discord that keeps its limits.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectRedis, createOutbox, type Redis } from '@tars/core/redis';
import { type FakeDiscord, startFakeDiscord, waitUntil } from '@tars/testkit';
import type { Channel } from '../channel.js';
import { readableLogger } from '../testing/logger.js';
import { event } from '../testing/story.js';
import { createWorld, edit, type World } from '../testing/world.js';
import { createDiscordChannel } from './channel.js';

let world: World;
let discord: FakeDiscord;
let redis: Redis;
let now: number;
let inFlight: number;
beforeEach(async () => {
  now = Date.parse('2026-03-01T10:00:00.000Z');
  inFlight = 0;
  world = await createWorld();
  redis = await connectRedis(world.server.endpoint);
  discord = await startFakeDiscord({ clock: () => now });
});
afterEach(async () => {
  await world.close();
  redis.destroy();
  await discord.close();
});

/** Looks again within milliseconds of ours, whatever its own clock says: only that clock decides what is sent. */
const SOON_MS = 5;

function timed(channel: Channel): Channel {
  const { gathers } = channel;
  return {
    ...channel,
    ...(gathers && { gathers: { ...gathers, restMs: (id: string) => Math.min(SOON_MS, gathers.restMs(id)) } }),
    async deliver(delivery, signal) {
      inFlight += 1;
      const outcome = await channel.deliver(delivery, signal);
      inFlight -= 1;
      return outcome.kind === 'later' ? { kind: 'later', afterMs: SOON_MS } : outcome;
    },
  };
}

async function startDiscordRelay(style: 'messages' | 'card'): Promise<void> {
  const channel = createDiscordChannel({
    url: discord.webhookUrl,
    redis,
    redact: (text) => text,
    hideCommandOutput: false,
    mentionUser: null,
    style,
    logger: readableLogger().logger,
    clock: () => now,
  });
  await world.startRelay({ channel: timed(channel), outbox: createOutbox(redis, 'discord') });
}

/** Time goes on only while nothing is on its way, so that both ends read the same clock. */
async function pass(ms: number): Promise<void> {
  await waitUntil(() => inFlight === 0, { timeoutMs: 20_000 });
  now += ms;
}

async function passUntilTold(): Promise<void> {
  const outbox = createOutbox(redis, 'discord');
  await waitUntil(
    async () => {
      await pass(250);
      return (await outbox.nextDue()) === null;
    },
    { timeoutMs: 30_000, what: 'everything to be told' },
  );
}

/** What happens within 600 ms. */
const five = (step: number) => [0, 1, 2, 3, 4].map((index) => edit(5 * step + index));

const refused = () => discord.requests().filter(({ status }) => status !== 200);

test('as cards of three tasks: no limit is ever met, what wakes is posted, and each card ends with the true last state', async () => {
  const tasks = ['a7f3', 'c2k9', 'f4h7'];
  await startDiscordRelay('card');
  for (const id of tasks) await world.startTask(id);
  for (let step = 0; step < 100; step += 1) {
    // One of them waits for a code from the middle on.
    if (step === 50) await world.happens('a7f3', event('confirmation.requested'));
    else await world.happens(tasks[step < 50 ? step % 3 : 1 + (step % 2)] ?? '', ...five(step));
    await pass(600);
  }
  await world.happens('a7f3', event('confirmation.answered', { outcome: 'denied', grant: null }));
  for (const id of tasks) await world.happens(id, event('task.finished'));
  await passUntilTold();
  expect(refused()).toEqual([]);
  const cards = discord.posts().filter(({ versions }) => versions.length > 1);
  expect(cards.map(({ message }) => message.embeds[0]?.title).sort()).toEqual(tasks.map((id) => `#${id} 🎉 Complete`).sort());
  expect(discord.posts()).toHaveLength(3 + 2 + 3);
  // The last line before the end is the last edit of each.
  const edits = cards.flatMap(({ message }) => message.embeds[0]?.description?.match(/Editing \d+/g)?.at(-1) ?? []);
  expect(edits.sort()).toEqual(['Editing 244', 'Editing 494', 'Editing 499']);
  // Changed while it worked, and not only at its end; how often, the speed of this machine decides.
  expect(cards.every(({ versions }) => versions.length > 2)).toBe(true);
}, 60_000);

test('as messages: no limit is ever met, and everything is told once and in order, the end last', async () => {
  await startDiscordRelay('messages');
  await world.startTask('a7f3');
  for (let step = 0; step < 100; step += 1) {
    await world.happens('a7f3', ...five(step));
    await pass(600);
  }
  await world.happens('a7f3', event('task.finished'));
  await passUntilTold();
  expect(refused()).toEqual([]);
  const contents = discord.messages().map(({ content }) => content);
  expect(contents.join('\n').match(/Editing \d+/g)).toEqual(Array.from({ length: 500 }, (_, index) => `Editing ${index}`));
  expect(contents.at(-1)).toMatch(/^🎉 Task complete!/);
}, 60_000);
