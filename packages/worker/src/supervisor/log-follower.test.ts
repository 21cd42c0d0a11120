// What others write reaches the holder of a task: each event once, in order.
import { afterEach, expect, test } from '@jest/globals';
import type { News } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { followLog, type LogFollower } from './log-follower.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop | null = null;
let log: LogFollower | null = null;
afterEach(async () => {
  log?.stop();
  await shop?.close();
  shop = null;
});

async function following(more: Partial<Parameters<typeof followLog>[0]> = {}) {
  const opened = await openWorkshop();
  shop = opened;
  await opened.queue('a7f3');
  await opened.queue('c2c2');
  const heard: string[] = [];
  const errors: unknown[] = [];
  const follower = followLog({
    id: 'a7f3',
    after: 1,
    store: opened.store,
    news: opened.news,
    onEvent: (event) => heard.push(event.type === 'notice.given' ? event.text : event.type),
    onError: (error) => errors.push(error),
    recheckMs: 60_000,
    ...more,
  });
  log = follower;
  const tell = (text: string, id = 'a7f3') =>
    opened.store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'notice.given', at: 1, notice: text, text }] });
  return { shop: opened, follower, heard, errors, tell };
}

/** Every hint is lost. */
const DEAF: News = { listen: () => () => {}, close: async () => {} };
const numbered = Array.from({ length: 60 }, (_, index) => `n${index}`);

test('sixty events written at once are heard once each, in the order of the log', async () => {
  const { shop: opened, heard, tell } = await following();
  for (let at = 0; at < numbered.length; at += 3) await Promise.all(numbered.slice(at, at + 3).map((text) => tell(text)));
  await waitUntil(() => heard.length >= numbered.length, { what: 'all of them' });
  const written = (await opened.store.events('a7f3', 1)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.text] : []));
  expect(heard).toEqual(written);
});

test('what was known before is not heard, nor what is said of other tasks', async () => {
  const { heard, tell, follower } = await following();
  await tell('other', 'c2c2');
  await tell('mine');
  await follower.catchUp();
  await follower.catchUp();
  expect(heard).toEqual(['mine']);
});

test('with every hint lost the next look finds all the same', async () => {
  const { heard, tell } = await following({ news: DEAF, recheckMs: 20 });
  await tell('late');
  await waitUntil(() => heard.length > 0, { what: 'the event' });
  expect(heard).toEqual(['late']);
});

test('a Redis that was away hides nothing', async () => {
  const { shop: opened, heard, errors, tell } = await following({ news: DEAF, recheckMs: 20 });
  await opened.server.kill();
  await waitUntil(() => errors.length > 0, { what: 'a failed look' });
  await opened.server.restart();
  await waitUntil(() => tell('after'), { what: 'Redis' });
  await waitUntil(() => heard.includes('after'), { what: 'the event' });
});

test('after its stop nothing is heard, not even what was read already', async () => {
  const heard: string[] = [];
  const { follower, tell } = await following({
    news: DEAF,
    onEvent(event) {
      heard.push(event.type);
      log?.stop();
    },
  });
  await tell('first');
  await tell('second');
  await follower.catchUp();
  await follower.catchUp();
  expect(heard).toHaveLength(1);
});

test('what is written here is not read back, and hides nothing that others wrote before it', async () => {
  const { shop: opened, heard, follower, tell } = await following({ recheckMs: 60_000 });
  let reads = 0;
  const { events } = opened.store;
  opened.store.events = (...which) => {
    reads++;
    return events(...which);
  };
  const write = (text: string) => follower.write(1, () => tell(text));
  for (const text of ['one', 'two', 'three']) await write(text);
  // Their hints came by the same way before this one's.
  await tell('theirs');
  await waitUntil(() => heard.length > 0, { what: 'what others wrote' });
  expect({ heard, reads }).toEqual({ heard: ['theirs'], reads: 1 });
});
