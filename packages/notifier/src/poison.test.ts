import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectRedis, keys, type Redis } from '@tars/core/redis';
import { event } from './testing/story.js';
import { createWorld, edit, editing, type World } from './testing/world.js';

let world: World;
let redis: Redis;
beforeEach(async () => {
  world = await createWorld();
  redis = await connectRedis(world.server.endpoint);
});
afterEach(async () => {
  redis.destroy();
  await world.close();
});

const END = '🎉 Task complete!\nAll tests passed, code formatted and ready.';
const started = (id: string) => `🚀 Started background task #${id}: build a calculator`;

/** Puts `text` in the place of the event with this sequence. */
async function spoil(id: string, seq: number, text: string): Promise<void> {
  const later = await redis.xRange(keys.events(id), `${seq}-0`, '+');
  await redis.del(keys.events(id));
  for (const entry of later ?? []) {
    await redis.xAdd(keys.events(id), entry.id, { event: entry.id === `${seq}-0` ? text : (entry.message.event ?? '') });
  }
}

test.each([
  ['no JSON', 'half an ev'],
  ['of a kind only a newer version knows', '{"type":"task.teleported","at":1}'],
])('an event that cannot be read (%s) is marked and hides nothing: what follows and the end are told', async (_, text) => {
  const { startTask, happens, startRelay, idle, told, outbox, lines } = world;
  await startTask('a7f3');
  await happens('a7f3', edit('spoilt'), edit('whole'), event('task.finished'));
  await outbox.advance('a7f3', 2, 1);
  await spoil('a7f3', 3, text);
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([...editing('whole'), END]);
  expect(await outbox.refusals()).toEqual([{ taskId: 'a7f3', seq: 3, status: null, at: expect.any(Number) }]);
  expect(lines().filter(({ level }) => level === 'error')).toHaveLength(1);
});

test('a message that cannot be put into words is given up, and the end is told', async () => {
  const { startTask, happens, startRelay, idle, outbox, n8n } = world;
  const delivered: number[] = [];
  await startTask('a7f3');
  await happens('a7f3', edit('strange'), event('task.finished'));
  await startRelay({
    channel: {
      name: 'n8n',
      async deliver({ logged: { seq } }) {
        if (seq === 3) throw new TypeError('no words for this');
        delivered.push(seq);
        return { kind: 'delivered' };
      },
    },
  });
  await idle();
  expect(delivered).toEqual([1, 2, 4]);
  expect((await outbox.refusals()).map(({ seq, status }) => [seq, status])).toEqual([[3, null]]);
  expect(n8n.attempts()).toEqual([]);
});

test('what breaks once is no reason to give a message up', async () => {
  const { startTask, startRelay, idle, outbox } = world;
  const delivered: number[] = [];
  let broken = 0;
  await startTask('a7f3');
  await startRelay({
    channel: {
      name: 'n8n',
      async deliver({ logged: { seq } }) {
        if (seq === 1 && broken++ < 2) throw new TypeError('not now');
        delivered.push(seq);
        return { kind: 'delivered' };
      },
    },
  });
  await idle();
  expect(delivered).toEqual([1, 2]);
  expect(await outbox.refusals()).toEqual([]);
});

test.each([
  ['its log is of another type', (id: string) => redis.set(keys.events(id), 'text')],
  ['the task itself cannot be read', (id: string) => redis.hSet(keys.task(id), 'limits', '{')],
])('a task that cannot be told at all (%s) is set aside and seen, and holds up no other', async (_, ruin) => {
  const { startTask, happens, startRelay, idle, told, outbox, lines } = world;
  await startTask('a7f3');
  await startTask('c2k9');
  await ruin('a7f3');
  await startRelay({ slots: 1 });
  await happens('c2k9', event('task.finished'));
  await idle();
  expect(told('c2k9')).toEqual([started('c2k9'), END]);
  expect(told('a7f3')).toEqual([]);
  expect(await outbox.refusals()).toEqual([{ taskId: 'a7f3', seq: 1, status: null, at: expect.any(Number) }]);
  expect(lines().filter(({ msg }) => msg.includes('set aside'))).toHaveLength(1);
});

test('a transcript that is broken is nothing to the feed', async () => {
  const { startTask, happens, startRelay, idle, told } = world;
  await startTask('a7f3');
  await redis.set(keys.transcript('a7f3'), 'text');
  await happens('a7f3', event('task.finished'));
  await startRelay();
  await idle();
  expect(told('a7f3')).toEqual([started('a7f3'), END]);
});
