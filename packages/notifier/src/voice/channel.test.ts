import { expect, test } from '@jest/globals';
import { createRedactor, type Event } from '@tars/core';
import { createFakeCall } from '@tars/testkit';
import type { Delivery } from '../channel.js';
import { describeChannel } from '../testing/conformance.js';
import { ASKED, AT, deliveryOf, event, PROOF } from '../testing/story.js';
import { createVoiceChannel, type Voice } from './channel.js';

const never = new AbortController().signal;
const asking = event('confirmation.requested');
const request = deliveryOf(asking);
const reminder = deliveryOf(event('confirmation.reminded'), { before: [asking] });

const channelIn = (voice: Voice, clock = () => AT) => createVoiceChannel({ voice, redact: (text) => text, clock });

describeChannel('voice', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  let isSilent = false;
  const speak: Voice['speak'] = (...said) => (isSilent ? new Promise(() => {}) : call.speak(...said));
  return {
    channel: channelIn({ ...call, speak }),
    worthTelling: request,
    notWorthTelling: deliveryOf(event('edit.made')),
    received: () => call.spoken,
    leave: call.hangUp,
    comeBack: call.pickUp,
    fallSilent: () => {
      isSilent = true;
    },
    close: async () => {},
  };
});

async function heard(told: Delivery): Promise<readonly string[]> {
  const call = createFakeCall({ sessionId: 's1' });
  await channelIn(call).deliver(told, never);
  return call.spoken;
}

test('a request for a code is spoken in the words of the contract', async () => {
  expect(await heard(request)).toEqual([
    'Sir, the background programming task needs your confirmation code. I need to run: rm old_backup.py. This is needed to delete files. Please provide your confirmation code.',
  ]);
});

const command = (words: number) => Array.from({ length: words }, (_, index) => `w${index}`).join(' ');

test('a command of twelve words is read out, one of thirteen is not', async () => {
  const asked = (line: string) => deliveryOf(event('confirmation.requested', { confirmation: { ...ASKED, command: line } }));
  expect((await heard(asked(command(12))))[0]).toContain(`I need to run: ${command(12)}. This is needed`);
  expect(await heard(asked(command(13)))).toEqual([
    'Sir, the background programming task needs your confirmation code. I need to run a long command; the full command is on Discord. This is needed to delete files. Please provide your confirmation code.',
  ]);
});

const ENDS: [Event, string][] = [
  [event('task.finished'), 'Sir, task A seven F three is finished. All tests passed, code formatted and ready.'],
  [
    event('task.finished', { proof: { ...PROOF, sentence: '✅ **4 tests** in `tests/a.py` passed.' } }),
    'Sir, task A seven F three is finished. The details are on Discord.',
  ],
  [event('task.failed'), 'Sir, task A seven F three failed. Used all 50 turns.'],
  [event('task.failed', { message: 'ENOENT: /home/me/x is not there' }), 'Sir, task A seven F three failed. The details are on Discord.'],
  [event('task.failed', { message: '❌ `pytest` was **red**. More.\nAnd more.' }), 'Sir, task A seven F three failed. pytest was red.'],
  [event('task.timed_out'), 'Sir, task A seven F three reached its time limit of 15 minutes. The details are on Discord.'],
  [event('task.cancelled'), 'Sir, task A seven F three was cancelled.'],
];

test.each(ENDS)('an end is told in a sentence or two that can be said: %#', async (end, sentence) => {
  expect(await heard(deliveryOf(end))).toEqual([sentence]);
});

test('a cancel that was spoken is not told again', async () => {
  expect(await heard(deliveryOf(event('task.cancelled', { channel: 'voice' })))).toEqual([]);
});

test('a request waits for a call, and is dropped once it was answered elsewhere', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  call.hangUp();
  const channel = channelIn(call);
  expect(await channel.deliver(request, never)).toEqual({ kind: 'later', afterMs: 1_000 });
  const answered = { ...request, task: { ...request.task, confirmation: null } };
  call.pickUp();
  expect(await channel.deliver(answered, never)).toEqual({ kind: 'skipped' });
  expect(call.spoken).toEqual([]);
});

test('an end without a call is not kept for the next one', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  call.hangUp();
  expect(await channelIn(call).deliver(deliveryOf(event('task.finished')), never)).toEqual({ kind: 'skipped' });
});

test('an end of long ago is no news in a call', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const anHourLater = () => AT + 3_600_000;
  expect(await channelIn(call, anHourLater).deliver(deliveryOf(event('task.finished')), never)).toEqual({ kind: 'skipped' });
});

test.each([request, deliveryOf(event('task.finished'))])('nobody is talked over: %#', async (told) => {
  const call = createFakeCall({ sessionId: 's1' });
  call.setUserSpeaking(true);
  const channel = channelIn(call);
  expect(await channel.deliver(told, never)).toEqual({ kind: 'later', afterMs: 500 });
  call.setUserSpeaking(false);
  expect(await channel.deliver(told, never)).toEqual({ kind: 'delivered' });
  expect(call.spoken).toHaveLength(1);
});

test('two tasks do not talk at the same time', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const channel = channelIn(call);
  const outcomes = await Promise.all([channel.deliver(request, never), channel.deliver(deliveryOf(event('task.finished')), never)]);
  expect(outcomes).toEqual([{ kind: 'delivered' }, { kind: 'later', afterMs: 500 }]);
});

test('a request is spoken once, however often it is delivered; its reminder a minute later is spoken too', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  let now = AT;
  const channel = channelIn(call, () => now);
  await channel.deliver(request, never);
  expect(await channel.deliver(request, never)).toEqual({ kind: 'skipped' });
  now += 60_000;
  expect(await channel.deliver(reminder, never)).toEqual({ kind: 'delivered' });
  expect(call.spoken[1]).toBe(
    'Sir, the background programming task is still waiting for your confirmation code. I need to run: rm old_backup.py. This is needed to delete files. Please provide your confirmation code.',
  );
});

test('a reminder right behind the request it reminds of is not spoken', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const channel = channelIn(call);
  await channel.deliver(request, never);
  expect(await channel.deliver(reminder, never)).toEqual({ kind: 'skipped' });
});

test('only a request may cut off what is being said', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const channel = channelIn(call);
  await channel.deliver(request, never);
  await channel.deliver(deliveryOf(event('task.failed')), never);
  expect(call.utterances.map(({ interrupt }) => interrupt)).toEqual([true, false]);
});

test('secrets are not spoken', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const channel = createVoiceChannel({ voice: call, redact: createRedactor(['6283']), clock: () => AT });
  const leaky = { ...ASKED, command: 'echo 6283 > code' };
  await channel.deliver(deliveryOf(event('confirmation.requested', { confirmation: leaky })), never);
  expect(call.spoken[0]).toContain('I need to run: echo [redacted] > code.');
});

test('the user is addressed as the host wishes', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  const channel = createVoiceChannel({ voice: call, redact: (text) => text, persona: '', clock: () => AT });
  await channel.deliver(deliveryOf(event('task.cancelled')), never);
  expect(call.spoken).toEqual(['Task A seven F three was cancelled.']);
});

const questioning = event('question.asked');
const questionOf = (facts: object) => deliveryOf({ ...questioning, question: { ...questioning.question, ...facts } });

test('a question is spoken with its options by number, and what cannot be said is left to Discord', async () => {
  expect(await heard(deliveryOf(questioning))).toEqual(['Sir, the background programming task asks: Which one? One: A. Two: B.']);
  expect(await heard(questionOf({ text: 'Is /etc/hosts right?', options: ['a/b'] }))).toEqual([
    'Sir, the background programming task asks: The details are on Discord. One: see Discord.',
  ]);
  expect(await heard(questionOf({ about: 'cost', text: 'It has used $5.', options: ['go on', 'stop'] }))).toEqual([
    'Sir, the background programming task needs your word: It has used $5. One: go on. Two: stop.',
  ]);
});

test('a question waits for a call as long as it is open, is put once, and its reminder repeats it', async () => {
  const call = createFakeCall({ sessionId: 's1' });
  let now = AT;
  const channel = channelIn(call, () => now);
  call.hangUp();
  expect(await channel.deliver(deliveryOf(questioning), never)).toMatchObject({ kind: 'later' });
  call.pickUp();
  expect(await channel.deliver(deliveryOf(questioning), never)).toEqual({ kind: 'delivered' });
  expect(await channel.deliver(deliveryOf(questioning), never)).toEqual({ kind: 'skipped' });
  now += 60_000;
  await channel.deliver(deliveryOf(event('question.reminded'), { before: [questioning] }), never);
  expect(call.spoken).toHaveLength(2);
  const answered = deliveryOf(event('question.answered'), { before: [questioning] });
  expect(await channel.deliver({ ...deliveryOf(questioning), task: answered.task }, never)).toEqual({ kind: 'skipped' });
});

test('that today is spent is said in a call; a pause that somebody wished for is not', async () => {
  const pausing = event('pause.requested');
  expect(await heard(deliveryOf(event('task.paused', { reason: 'day_cost' }), { before: [pausing] }))).toEqual([
    'Sir, task A seven F three is paused, because what all tasks may cost today is spent.',
  ]);
  expect(await heard(deliveryOf(event('task.paused'), { before: [pausing] }))).toEqual([]);
});
