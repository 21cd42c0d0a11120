import { beforeEach, expect, test } from '@jest/globals';
import { type Answer, answeredSentence, answerQuestion } from './answer-question.js';
import { createRedactor } from './redact.js';
import { createTaskStore, type TaskStore } from './redis/store.js';
import { AT, event, question } from './testing/samples.js';
import { useRedis } from './testing/use-redis.js';

const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const answer = (facts: Partial<Answer> = {}) =>
  answerQuestion(store, { text: '8080', channel: 'http', redact: createRedactor(['4711']), at: AT + 1_000, ...facts });

async function asking(id: string, questionId = `q_${id}`): Promise<void> {
  await store.create(id, event('task.queued', { project: `/home/me/${id}`, goal: `goal of ${id}` }));
  await store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed')] });
  await store.commit(id, { as: { role: 'owner', nonce: 'n' }, events: [event('question.asked', { question: question(questionId) })] });
}

const answersIn = async (id: string) =>
  (await store.events(id)).flatMap(({ event: fact }) => (fact.type === 'question.answered' ? [fact] : []));

test('an answer ends the question and is kept for the agent, once', async () => {
  await asking('a7f3');
  expect(await answer({ taskId: '#A7F3', text: ' 8080\n' })).toEqual({ outcome: 'answered', taskId: 'a7f3' });
  expect((await store.read('a7f3'))?.question).toBeNull();
  expect(await answersIn('a7f3')).toEqual([
    { type: 'question.answered', at: AT + 1_000, questionId: 'q_a7f3', text: '8080', channel: 'http' },
  ]);
  expect(await answer({ taskId: 'a7f3' })).toEqual({ outcome: 'nothing_asked', taskId: 'a7f3' });
  expect(await answersIn('a7f3')).toHaveLength(1);
});

test('of two answers at once one counts', async () => {
  await asking('a7f3');
  const outcomes = (await Promise.all([answer(), answer({ text: '80' })])).map(({ outcome }) => outcome);
  expect(outcomes.sort()).toEqual(['answered', 'nothing_asked']);
  expect(await answersIn('a7f3')).toHaveLength(1);
});

test('without an id the one task that asks is meant; where several ask, they are named', async () => {
  expect(await answer()).toEqual({ outcome: 'nothing_asked', taskId: '' });
  await asking('a7f3');
  await asking('c2c2');
  const ambiguous = await answer();
  expect(ambiguous).toMatchObject({ outcome: 'ambiguous_task', pending: expect.arrayContaining(['a7f3', 'c2c2']) });
  expect(answeredSentence(ambiguous)).toMatch(/^Which task, sir\? \w{4}, \w{4}\.$/);
  await answer({ taskId: 'c2c2' });
  expect(await answer()).toEqual({ outcome: 'answered', taskId: 'a7f3' });
});

test('an answer that comes too late, or to another question, changes nothing', async () => {
  await asking('a7f3');
  expect(await answer({ questionId: 'q_before' })).toEqual({ outcome: 'expired', taskId: 'a7f3' });
  expect(await answer({ at: AT + 300_000 })).toEqual({ outcome: 'expired', taskId: 'a7f3' });
  expect(await answersIn('a7f3')).toEqual([]);
  expect((await store.read('a7f3'))?.question?.id).toBe('q_a7f3');
  expect(await answer({ questionId: 'q_a7f3' })).toEqual({ outcome: 'answered', taskId: 'a7f3' });
  expect(await answer({ questionId: 'q_a7f3' })).toEqual({ outcome: 'expired', taskId: '' });
});

test('silence, an unknown task and an empty answer have their own sentences', async () => {
  await asking('a7f3');
  expect(await answer({ text: ' \n' })).toEqual({ outcome: 'no_text', taskId: '' });
  expect(await answer({ taskId: 'zzzz' })).toEqual({ outcome: 'unknown_task', taskId: '' });
  const outcomes = ['answered', 'no_text', 'expired', 'nothing_asked', 'unknown_task'] as const;
  expect(new Set(outcomes.map((outcome) => answeredSentence({ outcome, taskId: 'a7f3' }))).size).toBe(outcomes.length);
});

test('a code or a key given in answer does not reach the agent', async () => {
  await asking('a7f3');
  await answer({ text: 'my code is four seven one one, the key sk-ant-api03-abcdefghij' });
  const [kept] = await answersIn('a7f3');
  expect(kept?.text).toBe('my code is [redacted], the key [redacted]');
});

async function atCap(id: string): Promise<void> {
  await asking(id);
  await store.commit(id, { as: { role: 'owner', nonce: 'n' }, events: [event('question.answered', { questionId: `q_${id}` })] });
  const put = { ...question('q_cost'), about: 'cost' as const, options: ['go on', 'stop'], expiresAt: null };
  await store.commit(id, {
    as: { role: 'owner', nonce: 'n' },
    events: [
      event('turn.replied', { costMicros: 5_400_000 }),
      event('question.asked', { question: put }),
      event('pause.requested', { channel: 'worker', reason: 'cost' }),
    ],
  });
}
const paused = (id: string) =>
  store.commit(id, { as: { role: 'owner', nonce: 'n' }, events: [event('task.paused', { attempt: 1, reason: 'cost' })], release: true });

test('a task at its cap goes on for as much again, however late that is said', async () => {
  await atCap('a7f3');
  await paused('a7f3');
  const result = await answer({ text: 'go on', at: AT + 9 * 3_600_000 });
  expect(result).toEqual({ outcome: 'goes_on', taskId: 'a7f3', capMicros: 10_400_000 });
  expect(answeredSentence(result)).toBe('Task a7f3 goes on, sir. It may cost $10.40 now.');
  expect(await store.read('a7f3')).toMatchObject({ state: 'queued', question: null, costRaisedMicros: 5_400_000 });
});

test('a stop ends it there, once its worker has let go of it; anything else is asked for again', async () => {
  await atCap('a7f3');
  expect((await answer({ text: 'stop' })).outcome).toBe('not_yet');
  await paused('a7f3');
  expect((await answer({ text: 'use SQLite' })).outcome).toBe('not_understood');
  expect(await store.read('a7f3')).toMatchObject({ state: 'paused', question: { id: 'q_cost' } });
  expect((await answer({ text: '2' })).outcome).toBe('stopped');
  expect(await store.read('a7f3')).toMatchObject({ state: 'failed', failure: { reason: 'max_cost' } });
});

test('a number stands for the option of that number, and reaches the agent as its words', async () => {
  await asking('a7f3');
  await answer({ text: 'the second one' });
  expect(await answersIn('a7f3')).toMatchObject([{ text: '8080' }]);
});

test('nothing but a code is no answer, and the question stays open', async () => {
  await asking('a7f3');
  expect((await answer({ text: ' 4711 ' })).outcome).toBe('is_secret');
  expect((await store.read('a7f3'))?.question?.id).toBe('q_a7f3');
});
