import { beforeEach, expect, test } from '@jest/globals';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { createOutbox } from './outbox.js';
import { forgetTasks, tidyRecord } from './retention.js';
import { createTaskStore, OUTBOX_CHANNELS, type TaskStore } from './store.js';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;
const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const ago = (days: number) => NOW - days * DAY_MS;
async function accept(id: string, days: number): Promise<void> {
  await store.create(id, event('task.queued', { project: `/home/me/${id}` }, ago(days)), [{ key: id, ttlMs: 1 }]);
}
/** A task accepted a day before it ended, `days` ago. */
async function ended(id: string, days: number, { told = true } = {}): Promise<void> {
  await accept(id, days + 1);
  await store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed', {}, ago(days + 1))] });
  await store.appendOutput(id, 'some output');
  await store.commit(id, {
    as: { role: 'owner', nonce: 'n' },
    events: [event('task.finished', {}, ago(days))],
    records: [{ kind: 'note', turn: 1, text: 'look' }],
  });
  if (told) for (const channel of OUTBOX_CHANNELS) await createOutbox(at.redis, channel).settle(id, 3);
}
const week = { endedBefore: ago(7), untoldBefore: ago(14) };

test('a task that ended long ago goes whole: no key of Redis tells of it any more', async () => {
  await ended('a7f3', 8);
  await createOutbox(at.redis, 'n8n').fail('a7f3');
  await at.redis.sAdd(keys.undoing(''), 'a7f3');
  await at.redis.hSet(keys.discord('a7f3'), 'last', 'a7f3:3:discord');
  expect((await at.redis.keys('*')).length).toBeGreaterThan(5);
  const { forgotten } = await forgetTasks(at.redis, week);
  expect(forgotten).toEqual([{ id: 'a7f3', state: 'finished', goal: 'build a calculator', endedAt: ago(8) }]);
  const lasting: readonly string[] = [keys.audit, keys.figures];
  expect((await at.redis.keys('*')).filter((key) => !lasting.includes(key) && !key.startsWith('tars:once:'))).toEqual([]);
});

test('one that ended a short while ago stays as it is, and so does every other one', async () => {
  await ended('old2', 8);
  await ended('new2', 6);
  expect((await forgetTasks(at.redis, week)).forgotten.map(({ id }) => id)).toEqual(['old2']);
  expect(await store.read('new2')).toMatchObject({ state: 'finished' });
  expect(await store.events('new2')).toHaveLength(3);
  expect(await store.transcript('new2')).toHaveLength(1);
  expect((await store.list({ owner: 'me' })).map(({ id }) => id)).toEqual(['new2']);
  expect((await store.list({ sessionId: 's1' })).map(({ id }) => id)).toEqual(['new2']);
});

test('a task that has not ended is never forgotten, however old', async () => {
  await accept('a7f3', 400);
  await accept('c2c2', 400);
  // As if it had gone back to the queue since its end was looked up.
  await at.redis.zAdd(keys.byState('failed'), { score: ago(400), value: 'a7f3' });
  await at.redis.hSet(keys.task('a7f3'), 'ended_at', String(ago(400)));
  await store.commit('c2c2', { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed', {}, ago(399))] });
  expect(await forgetTasks(at.redis, week)).toEqual({ forgotten: [], untold: 0 });
  expect((await store.open({ limit: 10 })).tasks.map(({ id }) => id).sort()).toEqual(['a7f3', 'c2c2']);
});

test('one whose feed has not been told whole stays for twice as long; what was to be spoken holds nothing up', async () => {
  await ended('a7f3', 8, { told: false });
  await ended('c2c2', 15, { told: false });
  await ended('d4d4', 9, { told: false });
  for (const channel of ['n8n', 'discord'] as const) await createOutbox(at.redis, channel).settle('d4d4', 3);
  const { forgotten, untold } = await forgetTasks(at.redis, week);
  expect(forgotten.map(({ id }) => id).sort()).toEqual(['c2c2', 'd4d4']);
  expect(untold).toBe(1);
  expect(await createOutbox(at.redis, 'n8n').take(1_000)).toMatchObject({ taskId: 'a7f3' });
  expect(await createOutbox(at.redis, 'voice').backlog()).toMatchObject({ tasks: 1 });
});

test('an id that was forgotten can be used again, and is told from its beginning', async () => {
  await ended('a7f3', 8);
  await forgetTasks(at.redis, week);
  await accept('a7f3', 0);
  expect(await createOutbox(at.redis, 'n8n').take(1_000)).toMatchObject({ taskId: 'a7f3', cursor: 0 });
  expect((await store.events('a7f3')).map(({ seq }) => seq)).toEqual([1]);
});

test('of many processes that tidy up at the same time one does it, and none again within the hour', async () => {
  await ended('a7f3', 8);
  const done = await Promise.all([1, 2, 3, 4].map(() => tidyRecord(at.redis, 7 * DAY_MS, NOW)));
  expect(done.filter((outcome) => outcome !== null).map((outcome) => outcome?.forgotten.length)).toEqual([1]);
  expect(await tidyRecord(at.redis, 7 * DAY_MS, NOW)).toBeNull();
  expect(await at.redis.pTTL(keys.tidied)).toBeGreaterThan(3_500_000);
});

test('what nobody spoke of within the hour leaves the outbox of the voice, so that it never grows without a call', async () => {
  await ended('a7f3', 0.5, { told: false });
  await ended('c2c2', 0.01, { told: false });
  await accept('d4d4', 3);
  await tidyRecord(at.redis, 7 * DAY_MS, NOW);
  const voice = createOutbox(at.redis, 'voice');
  expect(await voice.backlog()).toMatchObject({ tasks: 2 });
  expect((await at.redis.zRange(keys.outbox('voice'), 0, -1)).sort()).toEqual(['c2c2', 'd4d4']);
  expect(await createOutbox(at.redis, 'n8n').backlog()).toMatchObject({ tasks: 3 });
});

test('hundreds of old tasks go in one tidying, and those of today stay', async () => {
  for (let n = 0; n < 300; n++) await store.create(`t${n}`, event('task.queued', {}, ago(9)));
  for (let n = 0; n < 300; n++) await store.commit(`t${n}`, { as: { role: 'outsider' }, events: [event('task.cancelled', {}, ago(8))] });
  await Promise.all(
    (['n8n', 'discord'] as const).flatMap((channel) =>
      Array.from({ length: 300 }, (_, n) => createOutbox(at.redis, channel).settle(`t${n}`, 2)),
    ),
  );
  await ended('a7f3', 1);
  expect((await tidyRecord(at.redis, 7 * DAY_MS, NOW))?.forgotten).toHaveLength(300);
  expect((await store.list({ limit: 10 })).map(({ id }) => id)).toEqual(['a7f3']);
});
