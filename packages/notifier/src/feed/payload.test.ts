import { expect, describe as group, test } from '@jest/globals';
import { createRedactor, type Event } from '@tars/core';
import type { Delivery } from '../channel.js';
import { ASKED, accepted, deliveries, deliveryOf, event, PROOF } from '../testing/story.js';
import { messagesOf, type PayloadSettings } from './payload.js';

const OPEN: PayloadSettings = { redact: (text) => text, hideCommandOutput: false, mentionUser: null };
const bodies = (told: Delivery, settings = OPEN) => messagesOf(told, settings).map(({ body }) => body);

/** What a type adds to the fields that all have. */
const COMMON = [
  'target',
  'source',
  'task_id',
  'type',
  'message',
  'timestamp',
  'schema',
  'sequence',
  'session_id',
  'turn',
  'max_turns',
  'discord',
  'thread_name',
];
const extras = (body: Record<string, unknown> = {}) => Object.fromEntries(Object.entries(body).filter(([name]) => !COMMON.includes(name)));

const asking = event('confirmation.requested');
const awaited = {
  command: 'rm old_backup.py',
  reason: 'delete files',
  awaiting_confirmation: true,
  confirmation_id: 'cnf_1',
  expires_at: '2026-03-01T10:05:00.000Z',
};
const questioning = event('question.asked');

type Row = { event: Event; before?: Event[]; type: string; message: string; fields?: Record<string, unknown> };
const DETAILED: Row[] = [
  { event: event('phase.entered'), type: 'phase_complete', message: '📋 Planning approach...', fields: { phase: 'planning' } },
  {
    event: event('phase.entered', { phase: 'testing', left: 'coding', leftWell: true }),
    type: 'phase_complete',
    message: '🧪 Running tests...',
    fields: { phase: 'testing' },
  },
  {
    event: event('edit.intended'),
    before: [event('phase.entered', { phase: 'coding' })],
    type: 'progress',
    message: '✏️ Editing calculator.py',
    fields: { phase: 'coding' },
  },
  { event: event('edit.made'), type: 'progress', message: '✏️ Created calculator.py: basic operations', fields: { phase: 'started' } },
  {
    event: event('edit.made', { created: false, words: 'add divide' }),
    type: 'progress',
    message: '✏️ Edited calculator.py: add divide',
    fields: { phase: 'started' },
  },
  {
    event: event('command.intended'),
    type: 'progress',
    message: '⚙️ Executing: `pytest`\nReason: run tests',
    fields: { phase: 'started', command: 'pytest', reason: 'run tests' },
  },
  {
    event: event('command.finished'),
    type: 'progress',
    message: '✅ Command succeeded\n```\n4 passed\n```',
    fields: { phase: 'started', command: 'pytest' },
  },
  {
    event: event('command.finished', { exitCode: 1, output: 'AssertionError' }),
    type: 'progress',
    message: '❌ Command failed\n```\nAssertionError\n```',
    fields: { phase: 'started', command: 'pytest' },
  },
  { event: event('tests.passed'), type: 'progress', message: '✅ All tests passed!', fields: { phase: 'started' } },
  {
    event: asking,
    type: 'confirmation_request',
    message:
      '⚠️ Background Task #a7f3 Needs Confirmation\n\nCommand: `rm old_backup.py`\nReason: delete files\n\nReply with your confirmation code to proceed.',
    fields: awaited,
  },
  {
    event: event('confirmation.reminded'),
    before: [asking],
    type: 'confirmation_reminder',
    message: '⏰ Background Task #a7f3 is still waiting for your confirmation code.',
    fields: awaited,
  },
  {
    event: event('confirmation.answered'),
    before: [asking],
    type: 'confirmation_result',
    message: '✅ Confirmation code received! Task #a7f3 will continue.',
    fields: { outcome: 'approved', command: 'rm old_backup.py' },
  },
  {
    event: questioning,
    type: 'question',
    message: '❓ Background Task #a7f3 asks: Which one?\n1. A\n2. B',
    fields: { options: ['A', 'B'], question_id: 'q', expires_at: '2026-03-01T10:05:00.000Z' },
  },
  {
    event: event('question.reminded'),
    before: [questioning],
    type: 'question_reminder',
    message: '⏰ Background Task #a7f3 is still waiting for your answer.',
    fields: { options: ['A', 'B'], question_id: 'q', expires_at: '2026-03-01T10:05:00.000Z' },
  },
  {
    event: event('question.asked', { question: { ...questioning.question, default: 'A' } }),
    type: 'question',
    message: '❓ Background Task #a7f3 asks: Which one?\n1. A\n2. B\nWithout an answer: A.',
    fields: { options: ['A', 'B'], default: 'A', question_id: 'q', expires_at: '2026-03-01T10:05:00.000Z' },
  },
  {
    event: event('question.answered', { text: null, decided: 'A' }),
    before: [questioning],
    type: 'notice',
    message: '⌛ No answer came in time for task #a7f3. It goes on with: A.',
    fields: { reason: 'question_expired' },
  },
  {
    event: event('question.asked', { question: { ...questioning.question, about: 'cost', options: [], expiresAt: null } }),
    type: 'question',
    message: '❓ Background Task #a7f3: Which one?',
    fields: { question_id: 'q', expires_at: null },
  },
  {
    event: event('question.answered'),
    before: [questioning],
    type: 'notice',
    message: '💬 Answer received. Task #a7f3 will continue.',
    fields: { reason: 'question_answered' },
  },
  {
    event: event('notice.given'),
    type: 'notice',
    message: 'ℹ️ The worker restarted; the task goes on.',
    fields: { reason: 'worker_restarted' },
  },
  {
    event: event('verbosity.changed'),
    type: 'notice',
    message: '🔔 Task #a7f3: updates for the main phases only from now on.',
    fields: { reason: 'updates_changed' },
  },
  {
    event: event('message.seen'),
    before: [event('message.told')],
    type: 'notice',
    message: '👀 Message seen at turn 4.',
    fields: { reason: 'message_seen' },
  },
  {
    event: event('task.paused'),
    before: [event('pause.requested')],
    type: 'notice',
    message: '⏸️ Task #a7f3 paused.',
    fields: { reason: 'paused' },
  },
  {
    event: event('task.paused', { reason: 'cost' }),
    before: [event('pause.requested')],
    type: 'notice',
    message: '⏸️ Task #a7f3 paused.',
    fields: { reason: 'paused', pause_reason: 'cost' },
  },
  {
    event: event('task.resumed'),
    before: [event('pause.requested'), event('task.paused')],
    type: 'notice',
    message: '▶️ Task #a7f3 resumed.',
    fields: { reason: 'resumed' },
  },
  {
    event: event('task.retried'),
    before: [event('task.failed')],
    type: 'notice',
    message: '🔁 Task #a7f3 is tried again.',
    fields: { reason: 'retried' },
  },
  {
    event: event('task.retried', { because: 'message' }),
    before: [event('task.finished')],
    type: 'notice',
    message: '▶️ Task #a7f3 goes on with your message.',
    fields: { reason: 'retried' },
  },
  {
    event: event('claim.refuted'),
    type: 'progress',
    message: '🔁 Said done, but the checks disagree: 1 of 4 tests fails.',
    fields: { phase: 'started', reason: '1 of 4 tests fails.' },
  },
  {
    event: event('task.finished'),
    type: 'task_complete',
    message: '🎉 Task complete!\nAll tests passed, code formatted and ready.',
    fields: {
      phase: 'complete',
      proof: PROOF,
      files_changed: ['calculator.py'],
      branch: 'main',
      suggested_commit_message: 'Add a calculator',
      cost_usd: 0.21,
    },
  },
  {
    event: event('task.failed'),
    type: 'error',
    message: '❌ Task failed: Used all 50 turns',
    fields: { phase: 'error', reason: 'max_turns' },
  },
  {
    event: event('task.timed_out'),
    type: 'error',
    message: '⏱️ Time limit reached (15 min)',
    fields: { phase: 'timeout', reason: 'time_limit' },
  },
  { event: event('task.cancelled'), type: 'task_cancelled', message: '🛑 Task #a7f3 cancelled.\n1 process stopped.', fields: {} },
];

group('in detailed mode', () => {
  test.each(DETAILED)('$event.type is told as $type: $message', ({ event: next, before, type, message, fields }) => {
    const [body, ...more] = bodies(deliveryOf(next, before === undefined ? {} : { before }));
    expect({ type: body?.type, message: body?.message, fields: extras(body) }).toEqual({ type, message, fields });
    expect(more).toEqual([]);
  });

  test.each([
    event('task.claimed', { attempt: 2 }),
    event('attempt.started'),
    event('task.released'),
    event('turn.replied'),
    event('limit.neared'),
    event('cancel.requested'),
    event('phase.entered', { phase: 'complete', left: 'testing', leftWell: true }),
  ])('$type $phase is of no interest to anybody', (next) => {
    expect(bodies(deliveryOf(next))).toEqual([]);
  });

  test('the first message is whole, field by field and in order', () => {
    const [first] = deliveries([accepted()]);
    const message = '🚀 Started background task #a7f3: build a calculator';
    expect(JSON.stringify(messagesOf(first as Delivery, OPEN))).toBe(
      JSON.stringify([
        {
          id: 'a7f3:1:n8n',
          body: {
            target: 'discord',
            source: 'background_task',
            task_id: 'a7f3',
            type: 'task_started',
            message,
            timestamp: '2026-03-01T10:00:00.000Z',
            schema: 'tars.task-update/1',
            sequence: 1,
            session_id: 's1',
            turn: 0,
            max_turns: 50,
            goal: 'build a calculator',
            project: '/home/me/calculator',
            discord: { content: message, allowed_mentions: { parse: [] } },
            thread_name: '#a7f3 build a calculator',
          },
        },
      ]),
    );
  });

  test('a late delivery tells of the turn and phase in which it happened, not of where the task is now', () => {
    const told = deliveries([
      accepted(),
      event('task.claimed'),
      event('turn.replied', { turn: 2 }),
      event('edit.made'),
      event('turn.replied', { turn: 9 }),
      event('task.finished'),
    ]);
    const late = { ...(told[3] as Delivery), task: (told[5] as Delivery).task };
    expect(messagesOf(late, OPEN)).toEqual(messagesOf(told[3] as Delivery, OPEN));
    expect(bodies(late)[0]).toMatchObject({ turn: 2, phase: 'started' });
  });
});

group('what may leave', () => {
  const withCode = { ...OPEN, redact: createRedactor(['6283', 'correct-horse']) };

  test('a secret leaves in no field of any message', () => {
    const dirty = (text: string) => `${text} 6283 correct-horse`;
    const told = [
      ...deliveries([accepted({ goal: dirty('goal'), project: dirty('/p') })]),
      deliveryOf(event('command.finished', { output: dirty('out'), command: dirty('cat') })),
      deliveryOf(event('confirmation.requested', { confirmation: { ...ASKED, command: dirty('rm'), agentSays: dirty('since') } })),
      deliveryOf(event('task.finished', { branch: dirty('b'), filesChanged: [dirty('f')], proof: { ...PROOF, sentence: dirty('All.') } })),
      deliveryOf(event('task.failed', { message: dirty('It') })),
    ];
    for (const one of told) {
      const [body] = bodies(one, withCode);
      expect(JSON.stringify(body)).toContain('[redacted]');
      expect(JSON.stringify(body)).not.toMatch(/6283|correct-horse/);
    }
  });

  test('ids and times are never taken for a code', () => {
    const [body] = bodies(deliveryOf(asking), { ...OPEN, redact: createRedactor(['1005', '1000']) });
    expect(body).toMatchObject({ timestamp: '2026-03-01T10:00:00.000Z', expires_at: '2026-03-01T10:05:00.000Z' });
  });

  test('hidden output stays at home, the result is still told', () => {
    const [body] = bodies(deliveryOf(event('command.finished')), { ...OPEN, hideCommandOutput: true });
    expect(body).toMatchObject({ message: '✅ Command succeeded', command: 'pytest' });
  });
});
