import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { keepTidy, type Tidying } from './keep-tidy.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const DAY_MS = 86_400_000;
let shop: Workshop;
let tidying: Tidying | null = null;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(async () => {
  await tidying?.stop();
  await shop.close();
});

const begin = (everyMs?: number, mostBytes = Number.POSITIVE_INFINITY) => {
  const { redis, store, stateDir, logger } = shop;
  tidying = keepTidy({ redis, store, stateDir, logger, retentionMs: 7 * DAY_MS, mostBytes, ...(everyMs === undefined ? {} : { everyMs }) });
  return tidying;
};
const folders = async () => (await readdir(join(shop.stateDir, 'tasks'))).sort();

/** What a worker keeps of a task, last touched so many days ago. */
async function folder(id: string, days: number): Promise<void> {
  const place = join(shop.stateDir, 'tasks', id);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'output'), 'much');
  const then = new Date(Date.now() - days * DAY_MS);
  await utimes(place, then, then);
}

test('a worker forgets old tasks as it starts, and again and again', async () => {
  const endedAt = Date.now() - 8 * DAY_MS;
  const end = async (id: string) => {
    await shop.queue(id);
    await shop.store.commit(id, {
      as: { role: 'outsider' },
      events: [{ type: 'task.cancelled', at: endedAt, channel: 'cli', stopped: 0 }],
    });
    await shop.redis.del(['tars:outbox:n8n', 'tars:outbox:discord', 'tars:tidied']);
    await shop.redis.zAdd('tars:state:cancelled', { score: endedAt, value: id });
  };
  await end('a7f3');
  begin(20);
  await waitUntil(async () => (await shop.store.read('a7f3')) === null, { what: 'the first to be forgotten' });
  await end('c2c2');
  await waitUntil(async () => (await shop.store.read('c2c2')) === null, { what: 'the second to be forgotten' });
});

test('folders of tasks that are gone are removed in time, and no other', async () => {
  await shop.queue('a7f3');
  await folder('a7f3', 400);
  await folder('gone', 8);
  await folder('new2', 1);
  await begin().stop();
  expect(await folders()).toEqual(['a7f3', 'new2']);
});

test('while Redis is away nothing is removed', async () => {
  await folder('gone', 8);
  await shop.server.kill();
  await begin().stop();
  expect(await folders()).toEqual(['gone']);
  await shop.server.restart();
  await waitUntil(() => shop.redis.isReady);
});
