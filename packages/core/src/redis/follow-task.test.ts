import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { followTask } from './follow-task.js';
import { type News, subscribeNews } from './news.js';
import { createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
let news: News;
const left = new AbortController();

beforeEach(async () => {
  store = createTaskStore(at.redis);
  news = await subscribeNews(at.redis);
  await store.create('a7f3', event('task.queued'));
});
afterEach(() => news.close());

const happens = (...texts: string[]) =>
  store.commit('a7f3', { as: { role: 'outsider' }, events: texts.map((text) => event('notice.given', { text })) });
const ends = () => store.commit('a7f3', { as: { role: 'outsider' }, events: [event('task.cancelled')] });

/** Collects the sequences told, and resolves with them when there are no more. */
function told({ after = 0, signal = left.signal, with: heard = news }: { after?: number; signal?: AbortSignal; with?: News } = {}) {
  const seqs: number[] = [];
  const over = (async () => {
    for await (const { seq } of followTask({ store, news: heard }, { id: 'a7f3', after, signal })) seqs.push(seq);
    return seqs;
  })();
  return { seqs, over };
}

test('what has happened and what happens is told once and in order, to the end', async () => {
  await happens('one', 'two');
  const { seqs, over } = told();
  await eventually('the past', () => seqs.length === 3);
  await happens('three');
  await ends();
  expect(await over).toEqual([1, 2, 3, 4, 5]);
});

test('it begins after what is known already', async () => {
  await happens('one', 'two');
  await ends();
  expect(await told({ after: 2 }).over).toEqual([3, 4]);
  expect(await told({ after: 4 }).over).toEqual([]);
  expect(await told({ after: 99 }).over).toEqual([]);
});

test('whoever leaves hears nothing more, and no listener stays', async () => {
  let listeners = 0;
  const counted: News = {
    ...news,
    listen(onHint) {
      listeners++;
      const stop = news.listen(onHint);
      return () => {
        listeners--;
        stop();
      };
    },
  };
  const leaving = new AbortController();
  const { seqs, over } = told({ signal: leaving.signal, with: counted });
  await eventually('the past', () => seqs.length === 1);
  expect(listeners).toBe(1);
  leaving.abort();
  expect(await over).toEqual([1]);
  expect(listeners).toBe(0);
});

test('a hint that is lost costs time, not events', async () => {
  const deaf: News = { ...news, listen: () => () => {} };
  const { seqs, over } = told({ with: deaf });
  await eventually('the past', () => seqs.length === 1);
  await happens('one');
  await ends();
  expect(await over).toEqual([1, 2, 3]);
});

test('Redis may go and come back in between', async () => {
  const { seqs, over } = told();
  await eventually('the past', () => seqs.length === 1);
  await at.server.stop('SIGTERM');
  await at.server.restart();
  await eventually('Redis again', async () => (await ends()).kind === 'committed');
  expect(await over).toEqual([1, 2]);
});
