import { expect, test } from '@jest/globals';
import type { Event, Phase } from '@tars/core';
import type { Delivery } from '../channel.js';
import { accepted, deliveries, deliveryOf, event, UNPROVED } from '../testing/story.js';
import { messagesOf, type PayloadSettings } from './payload.js';

const OPEN: PayloadSettings = { redact: (text) => text, hideCommandOutput: false, mentionUser: null };
const texts = (told: readonly Delivery[]) => told.flatMap((one) => messagesOf(one, OPEN)).map(({ body }) => body.message);

const moved = (phase: Phase, left: Phase | null, leftWell = true) => event('phase.entered', { phase, left, leftWell });
const ran = (exitCode: number) => event('command.finished', { exitCode });

const minimal = (...events: Event[]) => texts(deliveries([accepted({ verbose: false }), event('task.claimed'), ...events]));

test('a task that goes well is told in five lines', () => {
  const told = minimal(
    moved('planning', null, false),
    event('plan.updated'),
    moved('coding', 'planning'),
    event('edit.intended'),
    event('edit.made'),
    moved('testing', 'coding'),
    event('command.intended'),
    ran(0),
    event('tests.passed'),
    event('task.finished'),
  );
  expect(told).toEqual([
    '🚀 Started background task #a7f3',
    '📋 Planning complete',
    '✏️ Code written',
    '🧪 Tests passing',
    '🎉 Task complete!',
  ]);
});

test('going back to fix red tests adds no line, and tests pass only once they are green', () => {
  const told = minimal(
    moved('planning', null, false),
    moved('coding', 'planning'),
    moved('testing', 'coding'),
    ran(1),
    moved('fixing', 'testing', false),
    moved('testing', 'fixing'),
    ran(0),
    event('tests.passed'),
    moved('coding', 'testing'),
    moved('testing', 'coding'),
    ran(0),
    event('tests.passed'),
    event('task.finished'),
  );
  expect(told.slice(1)).toEqual(['📋 Planning complete', '✏️ Code written', '🧪 Tests passing', '🎉 Task complete!']);
});

test('an end straight out of testing that was red says nothing of passing tests', () => {
  expect(minimal(moved('testing', null, false), ran(0), event('tests.passed'), ran(1), event('task.finished')).slice(1)).toEqual([
    '🎉 Task complete!',
  ]);
});

test('an end straight out of coding says that the code is written, as a message of its own', () => {
  const told = deliveries([accepted({ verbose: false }), event('task.claimed'), moved('coding', null), event('task.finished')]);
  const messages = messagesOf(told[3] as Delivery, OPEN);
  expect(messages.map(({ id, body }) => [id, body.type, body.phase, body.message])).toEqual([
    ['a7f3:4:n8n:phase', 'phase_complete', 'coding', '✏️ Code written'],
    ['a7f3:4:n8n', 'task_complete', 'complete', '🎉 Task complete!'],
  ]);
});

test('an end that nothing proved says so', () => {
  expect(minimal(event('task.finished', { proof: UNPROVED })).at(-1)).toBe('🎉 Task complete!\nDone, but nothing could be verified.');
});

test('a change of mind counts from where it stands in the log, however late the message leaves', () => {
  const toLess = deliveries([
    accepted(),
    event('task.claimed'),
    event('edit.intended'),
    event('verbosity.changed'),
    event('edit.intended'),
    event('verbosity.changed', { verbose: true }),
    event('edit.intended'),
  ]);
  const now = toLess.at(-1) as Delivery;
  expect(texts(toLess.map((one) => ({ ...one, task: now.task })))).toEqual([
    '🚀 Started background task #a7f3: build a calculator',
    '✏️ Editing calculator.py',
    '🔔 Task #a7f3: updates for the main phases only from now on.',
    '🔔 Task #a7f3: updates for every action from now on.',
    '✏️ Editing calculator.py',
  ]);
});

const asking = event('confirmation.requested');
const questioning = event('question.asked');
test.each<[Event, Event[]]>([
  [asking, []],
  [event('confirmation.reminded'), [asking]],
  [event('confirmation.answered'), [asking]],
  [questioning, []],
  [event('question.reminded'), [questioning]],
  [event('question.answered'), [questioning]],
  [event('notice.given'), []],
  [event('task.failed'), []],
  [event('task.timed_out'), []],
  [event('task.cancelled'), []],
])('$type is told in the words of detailed mode', (next, before) => {
  const told = texts([deliveryOf(next, { verbose: false, before })]);
  expect(told).toEqual(texts([deliveryOf(next, { verbose: true, before })]));
  expect(told).toHaveLength(1);
});

test('a task that goes on after its end is told like a new one, and what was wished and heard in between always is', () => {
  const chain = [moved('planning', null, false), moved('coding', 'planning'), event('task.finished', { proof: UNPROVED })];
  const seen = [event('message.told'), event('message.seen')];
  const told = minimal(...chain, event('task.retried', { because: 'message' }), event('task.claimed', { attempt: 2 }), ...seen, ...chain);
  const done = ['📋 Planning complete', '✏️ Code written', '🎉 Task complete!\nDone, but nothing could be verified.'];
  expect(told.slice(1)).toEqual([...done, '▶️ Task #a7f3 goes on with your message.', '👀 Message seen at turn 4.', ...done]);
});
