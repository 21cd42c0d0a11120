import { expect, test } from '@jest/globals';
import { createRedactor, type Event } from '@tars/core';
import type { Delivery } from '../channel.js';
import { ASKED, accepted, deliveries, event, UNPROVED } from '../testing/story.js';
import { messagesOf, type PayloadSettings } from './payload.js';

const CARD: PayloadSettings = { redact: (text) => text, hideCommandOutput: false, mentionUser: null, style: 'card' };

const story = (events: readonly Event[], { verbose = true } = {}) => deliveries([accepted({ verbose }), event('task.claimed'), ...events]);
const told = (all: readonly Delivery[], settings = CARD) => all.flatMap((one) => messagesOf(one, settings).map(({ body }) => body));
const cards = (all: readonly Delivery[], settings = CARD) => told(all, settings).flatMap(({ card }) => (card === undefined ? [] : [card]));
const embedOf = (all: readonly Delivery[]) => cards(all).at(-1)?.message.embeds?.[0];

test('a task is one card from its start to its end, and only what should wake somebody is a message beside it', () => {
  const all = story([
    event('phase.entered'),
    event('edit.made'),
    event('confirmation.requested'),
    event('confirmation.answered'),
    event('notice.given'),
    event('task.finished'),
  ]);
  expect(cards(all).map(({ key, op, version, notify }) => [key, op, version, notify])).toEqual([
    ['a7f3', 'post', 1, false],
    ['a7f3', 'edit', 3, false],
    ['a7f3', 'edit', 4, false],
    ['a7f3', 'edit', 5, true],
    ['a7f3', 'edit', 6, true],
    ['a7f3', 'edit', 7, false],
    ['a7f3', 'edit', 8, true],
  ]);
  for (const { message } of cards(all)) expect(message.content).toBe('🚀 Started background task #a7f3: build a calculator');
});

test('it shows phase, progress, work time, cost, turn and the last six lines', () => {
  const edits = Array.from({ length: 8 }, (_, index) => event('edit.intended', { path: `file-${index}.py` }));
  const all = story([
    event('phase.entered', { phase: 'coding' }),
    event('turn.replied', { turn: 3, costMicros: 210_000, workedMs: 61_000 }),
    event('plan.updated', {
      steps: [
        { title: 'write', status: 'done' },
        { title: 'test', status: 'pending' },
      ],
    }),
    // A plan that grows takes nothing back.
    event('plan.updated', {
      steps: [
        { title: 'write', status: 'done' },
        { title: 'test', status: 'pending' },
        { title: 'document', status: 'pending' },
      ],
    }),
    ...edits,
  ]);
  expect(embedOf(all)).toEqual({
    title: '#a7f3 ✏️ Writing code',
    description: [2, 3, 4, 5, 6, 7].map((index) => `✏️ Editing file-${index}.py`).join('\n'),
    color: 0x3498db,
    fields: [
      { name: 'Progress', value: '50%', inline: true },
      { name: 'Worked', value: '1 min of 15 min', inline: true },
      { name: 'Cost', value: '$0.21', inline: true },
    ],
    footer: { text: 'Turn 3 of 50' },
    timestamp: '2026-03-01T10:00:00.000Z',
  });
});

test.each<[string, number, Event[]]>([
  ['⚠️ Needs your confirmation code', 0xf1c40f, [event('confirmation.requested')]],
  ['❓ Waits for your answer', 0xf1c40f, [event('question.asked')]],
  ['⏸️ Paused', 0x95a5a6, [event('pause.requested'), event('task.paused')]],
  ['🎉 Complete', 0x2ecc71, [event('task.finished')]],
  ['🎉 Done, not verified', 0xf1c40f, [event('task.finished', { proof: UNPROVED })]],
  ['❌ Failed', 0xe74c3c, [event('task.failed')]],
  ['⏱️ Time limit reached', 0xe74c3c, [event('task.timed_out')]],
  ['🛑 Cancelled', 0x95a5a6, [event('task.cancelled')]],
])('%s has a colour of its own', (title, color, events) => {
  expect(embedOf(story([event('phase.entered'), ...events]))).toMatchObject({ title: `#a7f3 ${title}`, color });
});

test('a task that is tried again begins another card', () => {
  const all = story([event('task.failed'), event('task.retried'), event('task.claimed', { attempt: 2 }), event('phase.entered')]);
  expect(cards(all).map(({ key, op }) => `${op} ${key}`)).toEqual(['post a7f3', 'edit a7f3', 'post a7f3:2', 'edit a7f3:2']);
  expect(cards(all).at(-1)?.message.content).toBe('🔁 Task #a7f3 is tried again.');
});

test('a late telling shows the card as it was at that event, not as the task is now', () => {
  const all = story([event('phase.entered'), event('edit.made'), event('task.finished')]);
  const late = { ...(all[3] as Delivery), task: (all[4] as Delivery).task };
  expect(messagesOf(late, CARD)).toEqual(messagesOf(all[3] as Delivery, CARD));
});

test('in minimal mode the card shows the phases gone through, and no single action', () => {
  const all = story(
    [
      event('phase.entered', { phase: 'planning' }),
      event('phase.entered', { phase: 'coding', left: 'planning', leftWell: true }),
      event('edit.made'),
      event('command.finished'),
    ],
    { verbose: false },
  );
  expect(embedOf(all)).toMatchObject({ title: '#a7f3 ✏️ Writing code', description: '📋 Planning complete' });
  expect(cards(all)).toHaveLength(3);
});

test('several events are one version of it; what must not wait takes those before it along and is told in its own words', () => {
  const all = story([event('edit.made'), event('edit.made', { path: 'b.py' }), event('confirmation.requested')]);
  const [, , first, second, last] = all as [Delivery, Delivery, Delivery, Delivery, Delivery];
  const progress = messagesOf({ ...second, past: first.past, earlier: [first.logged] }, CARD);
  expect(progress.map(({ id }) => id)).toEqual(['a7f3:4:n8n']);
  expect(progress[0]?.body).toMatchObject({
    type: 'progress',
    message: '✏️ Created calculator.py: basic operations\n✏️ Created b.py: basic operations',
  });
  const asked = messagesOf({ ...last, past: first.past, earlier: [first.logged, second.logged] }, CARD);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toMatchObject({ type: 'confirmation_request', confirmation_id: ASKED.id, card: { notify: true, version: 5 } });
  expect(asked[0]?.body.message).toMatch(/^⚠️ Background Task #a7f3 Needs Confirmation/);
  expect(asked[0]?.body.card?.message.embeds?.[0]?.description).toMatch(/calculator.py[\s\S]*b\.py[\s\S]*Needs Confirmation/);
});

test('what a command printed stands on no card, and where it is hidden in no message or digest', () => {
  const output = 'the secret output';
  const all = story([event('command.finished', { output }), event('edit.made')]);
  expect(JSON.stringify(cards(all))).not.toContain(output);
  const [, , ran, made] = all as [Delivery, Delivery, Delivery, Delivery];
  const digest = { ...made, past: ran.past, earlier: [ran.logged] };
  for (const style of ['messages', 'card'] as const) {
    expect(JSON.stringify(told([ran], { ...CARD, style }))).toContain(output);
    expect(JSON.stringify([told([ran, digest], { ...CARD, style, hideCommandOutput: true })])).not.toContain(output);
  }
});

test('its title, and a request for a code, lead to the page of the task, where there is an address for people', () => {
  const [card] = cards(story([]), { ...CARD, publicUrl: 'https://tars.example.com' });
  expect(card?.message.embeds?.[0]?.url).toBe('https://tars.example.com/tasks/a7f3');
  expect(cards(story([]))[0]?.message.embeds?.[0]).not.toHaveProperty('url');
  const all = story([event('confirmation.requested')]);
  const request = told(all, { ...CARD, style: 'messages', publicUrl: 'https://tars.example.com' }).at(-1);
  expect(request?.discord.embeds?.[0]).toMatchObject({ title: 'Task #a7f3', url: 'https://tars.example.com/tasks/a7f3' });
});

test('no secret stands on a card or in the name of a thread', () => {
  const settings = { ...CARD, redact: createRedactor(['4711', 'hunter22']) };
  const all = deliveries([accepted({ goal: 'use hunter22' }), event('task.claimed'), event('edit.made', { words: 'code 4711' })]);
  const sent = JSON.stringify(told(all, settings));
  expect(sent).not.toMatch(/4711|hunter22/);
  expect(sent).toContain('[redacted]');
});

test('buttons stand under a request for a code, where there are any', () => {
  const all = story([event('confirmation.requested')]);
  const ids = (settings: PayloadSettings) =>
    told(all, settings).flatMap(({ discord }) => (discord.components ?? []).flatMap((row) => row.components.map((one) => one.custom_id)));
  expect(ids({ ...CARD, style: 'messages' })).toEqual([]);
  for (const style of ['messages', 'card'] as const) {
    expect(ids({ ...CARD, style, buttons: true })).toEqual(['tars:approve:a7f3:cnf_1', 'tars:deny:a7f3:cnf_1']);
  }
});
