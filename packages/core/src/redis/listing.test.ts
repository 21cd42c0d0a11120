import { beforeEach, expect, test } from '@jest/globals';
import { AT, confirmation, event, grant, PROOF, question, type SAMPLES } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { ownedStore } from './owned.js';
import { forgetTasks } from './retention.js';
import { createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const OUTSIDER = { role: 'outsider' } as const;
const OWNER = { role: 'owner', nonce: 'n' } as const;
const create = (id: string, when: number, facts: Partial<(typeof SAMPLES)['task.queued']> = {}) =>
  store.create(id, event('task.queued', { project: `/home/me/${id}`, ...facts }, when));
const claim = (id: string) => store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed', { attempt: 1 })] });
const cancel = (id: string) => store.commit(id, { as: OUTSIDER, events: [event('task.cancelled')] });
const idsOf = (tasks: readonly { id: string }[] = []) => tasks.map(({ id }) => id).join(' ');

test('pages follow on each other without a gap or a repetition, also where tasks were accepted in the same moment and new ones come in between', async () => {
  for (const [index, id] of ['a1', 'b2', 'c3', 'd4', 'e5', 'f6', 'g7'].entries()) await create(id, index < 5 ? AT : AT + index);
  const seen: string[] = [];
  let before: string | undefined;
  for (let left = 7; left > 0; ) {
    const page = await store.page({ limit: 3, before });
    if (page === null) throw new Error('no page');
    seen.push(idsOf(page.tasks));
    left -= page.tasks.length;
    expect(page.more).toBe(left);
    before = page.tasks.at(-1)?.id;
    await create(`new${left}`, AT + 100 + left);
  }
  expect(seen).toEqual(['g7 f6 e5', 'd4 c3 b2', 'a1']);
  expect(await store.page({ before: 'x9x9' })).toBeNull();
});

test('a page of a state, and of one person’s tasks in it, counts what it does not show', async () => {
  for (const [index, id] of ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'].entries())
    await create(id, AT + index, { owner: index % 2 ? 'anna' : 'bert' });
  for (const id of ['a1', 'b2', 'c3', 'd4']) await cancel(id);
  expect(await store.page({ state: 'cancelled', limit: 3 })).toMatchObject({ more: 1, tasks: [{ id: 'd4' }, { id: 'c3' }, { id: 'b2' }] });
  const anna = ownedStore(store, at.redis, 'anna');
  expect(await anna.page({ state: 'cancelled', limit: 1 })).toMatchObject({ more: 1, tasks: [{ id: 'd4' }] });
  expect(await anna.page({ state: 'cancelled', limit: 1, before: 'd4' })).toMatchObject({ more: 0, tasks: [{ id: 'b2' }] });
  expect(await anna.page({ before: 'c3' })).toBeNull();
  expect(await anna.counts()).toMatchObject({ queued: 1, cancelled: 2, started: 0 });
  expect(await anna.open({ limit: 5 })).toMatchObject({ count: 1, tasks: [{ id: 'f6' }] });
  expect(await anna.goals()).toEqual([{ id: 'f6', goal: expect.any(String) }]);
});

test('the newest open tasks are told with the number of all that are open', async () => {
  for (const [index, id] of ['a1', 'b2', 'c3', 'd4'].entries()) await create(id, AT + index);
  await claim('b2');
  await cancel('d4');
  expect(await store.open({ limit: 2 })).toMatchObject({ count: 3, tasks: [{ id: 'c3' }, { id: 'b2' }] });
  expect(await store.open({ states: ['started'], limit: 2 })).toMatchObject({ count: 1, tasks: [{ id: 'b2' }] });
  expect(await store.counts()).toMatchObject({ queued: 2, started: 1, cancelled: 1, finished: 0, asking: 0, waiting: 0 });
  expect(idsOf(await store.goals())).toBe('c3 b2 a1');
});

test('what asks its owner, or has a yes that was not used, is found without a look at the others: until it is answered, used or over', async () => {
  for (const [index, id] of ['asks', 'wonders', 'works', 'ends'].entries()) await create(id, AT + index);
  for (const id of ['asks', 'wonders', 'works', 'ends']) await claim(id);
  await store.commit('asks', { as: OWNER, events: [event('confirmation.requested', { confirmation: confirmation() })] });
  await store.commit('ends', { as: OWNER, events: [event('confirmation.requested', { confirmation: confirmation('cnf_2') })] });
  await store.commit('wonders', { as: OWNER, events: [event('question.asked', { question: question() })] });
  expect(idsOf(await store.waiting())).toBe('ends wonders asks');
  expect(await store.counts()).toMatchObject({ started: 4, asking: 3, waiting: 3 });

  await cancel('ends');
  await store.commit('wonders', { as: OUTSIDER, events: [event('question.answered', { questionId: question().id })] });
  const yes = { confirmationId: 'cnf_1', outcome: 'approved', grant: grant() } as const;
  await store.commit('asks', { as: OUTSIDER, events: [event('confirmation.answered', yes)] });
  expect(idsOf(await store.waiting())).toBe('asks');
  expect(await store.counts()).toMatchObject({ asking: 0 });
  await store.commit('asks', { as: OWNER, events: [event('command.intended', { callId: 'call_1', confirmationId: 'cnf_1' })] });
  expect(await store.waiting()).toEqual([]);
});

test('what an older version has left out of the index of those that wait, or in it, is put right, once a minute', async () => {
  for (const [index, id] of ['asks', 'works'].entries()) await create(id, AT + index);
  for (const id of ['asks', 'works']) await claim(id);
  await store.commit('asks', { as: OWNER, events: [event('confirmation.requested', { confirmation: confirmation() })] });
  await at.redis.del(keys.waiting);
  await at.redis.zAdd(keys.waiting, { score: AT, value: 'works' });
  await store.mendWaiting();
  expect(await at.redis.zRangeWithScores(keys.waiting, 0, -1)).toEqual([{ value: 'asks', score: AT }]);
  await at.redis.del(keys.waiting);
  await store.mendWaiting();
  expect(await store.waiting()).toEqual([]);
});

test('which tasks have changed since a moment is known without a look at the others; what is forgotten is in no index', async () => {
  await create('old', AT);
  const { at: then, seqs } = await store.standing();
  expect([...seqs]).toEqual([['old', 1]]);
  await at.redis.zAdd(keys.changed, { score: then - 60_000, value: 'old' });
  await create('new', AT);
  expect((await store.changed(then)).ids).toEqual(['new']);
  await store.commit('old', { as: OUTSIDER, events: [event('message.told', { messageId: 'm', text: 'more' })] });
  expect((await store.changed(then)).ids.sort()).toEqual(['new', 'old']);

  await claim('old');
  const done = { proof: PROOF, summary: '', filesChanged: [], branch: null, suggestedCommitMessage: null };
  await store.commit('old', { as: OWNER, events: [event('message.seen', { messageIds: ['m'], turn: 1 }), event('task.finished', done)] });
  await forgetTasks(at.redis, { endedBefore: AT + 1, untoldBefore: AT + 1 });
  expect(await store.read('old')).toBeNull();
  expect((await store.changed(0)).ids).toEqual(['new']);
});
