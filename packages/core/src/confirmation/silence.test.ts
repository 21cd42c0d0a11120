import { expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { AT, confirmation, event, question, taskIn } from '../testing/samples.js';
import { useConfirmations } from '../testing/use-confirmations.js';
import { eventsOfSilence, watchSilence } from './silence.js';

const judge = useConfirmations();
const waiting = (facts = {}) => taskIn('started', { confirmation: confirmation(), ...facts });
const typesAt = (ms: number, task = waiting()) => eventsOfSilence(task, AT + ms).map(({ type }) => type);

test('a request is reminded of once after a minute, and its time is over after five', () => {
  expect(typesAt(59_000)).toEqual([]);
  expect(typesAt(62_000)).toEqual(['confirmation.reminded']);
  expect(typesAt(62_000, waiting({ confirmation: { ...confirmation(), remindedAt: AT } }))).toEqual([]);
  expect(typesAt(299_000)).toEqual(['confirmation.reminded']);
  expect(typesAt(302_000)).toEqual(['confirmation.answered', 'task.failed']);
});

test('silence denies the one command where the owner set it so, and never ends a paused task', () => {
  const limits = { ...waiting().limits, onSilence: 'deny' } as const;
  expect(typesAt(302_000, waiting({ limits }))).toEqual(['confirmation.answered']);
  expect(typesAt(302_000, { ...waiting(), state: 'paused' })).toEqual([]);
  expect(typesAt(302_000, taskIn('queued', { confirmation: confirmation() }))).toEqual(['confirmation.answered', 'task.failed']);
  expect(typesAt(302_000, taskIn('started', { question: question() }))).toEqual(['question.answered']);
});

test('a question is reminded of once too, and answered by silence with what the agent named for it; one without an end waits', () => {
  const asked = (facts = {}) => taskIn('started', { question: { ...question(), ...facts } });
  expect(typesAt(59_000, asked())).toEqual([]);
  expect(typesAt(62_000, asked())).toEqual(['question.reminded']);
  expect(typesAt(62_000, asked({ remindedAt: AT }))).toEqual([]);
  expect(eventsOfSilence(asked({ default: '80' }), AT + 302_000)).toMatchObject([{ type: 'question.answered', text: null, decided: '80' }]);
  expect(typesAt(10 * 302_000, asked({ expiresAt: null }))).toEqual([]);
});

test('while no worker lives, any process that stays ends the request by policy, and several do it once', async () => {
  const errors: unknown[] = [];
  await judge.ask('a7f3', 'c1');
  await judge.running('k2k2', { limits: { ...event('task.queued').limits, onSilence: 'deny' } });
  await judge.ask('k2k2', 'c2');
  const watch = () => watchSilence({ store: judge.store, clock: () => judge.now, onError: (error) => errors.push(error), everyMs: 5 });
  const stops = [watch(), watch(), watch()];
  judge.now += 70_000;
  await eventually('a reminder', async () => (await judge.store.read('a7f3'))?.confirmation?.remindedAt !== undefined);
  judge.now += 300_000;
  await eventually(
    'the end',
    async () => (await judge.store.read('k2k2'))?.confirmation === null && (await judge.store.read('a7f3'))?.state === 'failed',
  );
  for (const stop of stops) stop();
  expect(await judge.store.read('a7f3')).toMatchObject({ failure: { reason: 'confirmation_timeout' } });
  expect(await judge.store.read('k2k2')).toMatchObject({ state: 'started', grant: null });
  const types = async (id: string) =>
    (await judge.store.events(id)).map((logged) => logged.event.type).filter((type) => !type.startsWith('task.'));
  const once = ['confirmation.requested', 'confirmation.reminded', 'confirmation.answered'];
  expect([await types('a7f3'), await types('k2k2')]).toEqual([once, once]);
  expect(errors).toEqual([]);
});
