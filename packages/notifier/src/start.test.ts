import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { alive, connectRedis, createOutbox, type Redis, subscribeNews } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { type Notifier, type NotifierOptions, type NotifierSettings, startNotifier } from './start.js';
import { readableLogger } from './testing/logger.js';
import { event } from './testing/story.js';
import { createWorld, edit, editing, type World } from './testing/world.js';

let world: World;
let redis: Redis;
const started: Notifier[] = [];
beforeEach(async () => {
  world = await createWorld();
  redis = await connectRedis(world.server.endpoint);
});
afterEach(async () => {
  for (const notifier of started.splice(0)) await notifier.close();
  redis.destroy();
  await world.close();
});

const settings = (differs: Partial<NotifierSettings> = {}): NotifierSettings => ({
  updatesUrl: world.n8n.url,
  n8nWebhookSecret: null,
  n8nWebhookToken: null,
  discordWebhookUrl: null,
  discordButtons: false,
  discordPublicKey: null,
  feedStyle: 'messages',
  publicUrl: null,
  hideCommandOutput: false,
  discordMentionUser: null,
  secrets: ['6283'],
  ...differs,
});

async function start(config = settings(), more: Pick<NotifierOptions, 'news'> = {}): Promise<Notifier> {
  const notifier = await startNotifier({ redis, store: world.store, config, logger: readableLogger().logger, ...more });
  started.push(notifier);
  return notifier;
}

test('a notifier is known to be there while it is, and to deliver', async () => {
  const notifier = await start();
  expect(await alive(redis, 'notifier')).toEqual([{ id: expect.any(String), host: expect.any(String), delivers: true, told: {} }]);
  await notifier.close();
  expect(await alive(redis, 'notifier')).toEqual([]);
});

test('it keeps saying so, also after Redis lost everything it knew', async () => {
  await start();
  await redis.flushAll();
  await waitUntil(async () => (await alive(redis, 'notifier')).length === 1, { timeoutMs: 8_000 });
}, 10_000);

test('without an address it says that it delivers nothing, and keeps the outbox empty', async () => {
  const notifier = await start(settings({ updatesUrl: null }));
  expect(await alive(redis, 'notifier')).toMatchObject([{ delivers: false }]);
  await world.startTask('a7f3');
  await world.idle();
  await waitUntil(async () => (await createOutbox(redis, 'discord').nextDue()) === null);
  await notifier.close();
  expect(notifier.tallies.n8n.outcomes).toMatchObject({ delivered: 0, skipped: 2 });
  expect(notifier.tallies.n8n.lastToldAt).toBeNull();
  expect(await createOutbox(redis, 'discord').nextDue()).toBeNull();
});

test('it tells what happens, without secrets, and counts it', async () => {
  const notifier = await start();
  await world.startTask('a7f3');
  await world.happens('a7f3', edit('6283.txt'), event('turn.replied'));
  await world.idle();
  await notifier.close();
  expect(world.told('a7f3').slice(1)).toEqual(editing('[redacted].txt'));
  expect(notifier.tallies.n8n.outcomes).toEqual({ delivered: 2, skipped: 2, refused: 0, later: 0 });
});

test('closing a notifier leaves the news of its host open', async () => {
  const news = await subscribeNews(redis);
  const heard: string[] = [];
  news.listen(({ taskId }) => heard.push(taskId));
  const notifier = await start(settings(), { news });
  await notifier.close();
  await world.startTask('a7f3');
  await waitUntil(() => heard.includes('a7f3'));
  await news.close();
});
