import { expect, test } from '@jest/globals';
import { describe } from './describe.js';
import type { Event } from './event.js';
import { confirmation, event, PROOF, SAMPLES } from './testing/samples.js';

const tell = (fact: Event) => describe('a7f3', fact);

/** The sentences other systems and people's eyes rely on, byte for byte. */
const CONTRACT: Record<string, [fact: Event, text: string]> = {
  'a start': [event('task.queued', { goal: 'build a calculator' }), '🚀 Started background task #a7f3: build a calculator'],
  planning: [event('phase.entered', { phase: 'planning' }), '📋 Planning approach...'],
  testing: [event('phase.entered', { phase: 'testing' }), '🧪 Running tests...'],
  'an edit beginning': [event('edit.intended', { path: 'calculator.py' }), '✏️ Editing calculator.py'],
  'a new file': [
    event('edit.made', { path: 'calculator.py', created: true, words: 'the four operations' }),
    '✏️ Created calculator.py: the four operations',
  ],
  'a changed file': [event('edit.made', { path: 'calculator.py', created: false, words: '' }), '✏️ Edited calculator.py'],
  'a command': [event('command.intended', { command: 'pytest', reason: 'see it work' }), '⚙️ Executing: `pytest`\nReason: see it work'],
  'a success': [event('command.finished', { exitCode: 0, output: '4 passed\n' }), '✅ Command succeeded\n```\n4 passed\n```'],
  'a failure': [event('command.finished', { exitCode: 1, output: '1 failed' }), '❌ Command failed\n```\n1 failed\n```'],
  'a silent success': [event('command.finished', { exitCode: 0, output: ' \n' }), '✅ Command succeeded'],
  'green tests': [event('tests.passed'), '✅ All tests passed!'],
  'a code needed': [
    event('confirmation.requested'),
    '⚠️ Background Task #a7f3 Needs Confirmation\n\nCommand: `rm old_backup.py`\nReason: delete files\n\nReply with your confirmation code to proceed.',
  ],
  'a code received': [event('confirmation.answered'), '✅ Confirmation code received! Task #a7f3 will continue.'],
  'a cancel of what nobody ran': [event('task.cancelled', { stopped: 0 }), '🛑 Task #a7f3 cancelled.'],
  'a cancel': [
    event('task.cancelled', { stopped: 3, kept: 2 }),
    '🛑 Task #a7f3 cancelled.\n3 processes stopped; 2 changed files are kept, and `tars undo a7f3` takes back what the task did.',
  ],
  'a cancel before any change': [
    event('task.cancelled', { stopped: 1, kept: 0 }),
    '🛑 Task #a7f3 cancelled.\n1 process stopped; no file is changed.',
  ],
  'the time limit': [event('task.timed_out', { minutes: 15 }), '⏱️ Time limit reached (15 min)'],
  'a short time limit': [event('task.timed_out', { minutes: 0.5 }), '⏱️ Time limit reached (0.5 min)'],
  'an end in failure': [event('task.failed', { message: 'Used all 50 turns' }), '❌ Task failed: Used all 50 turns'],
  'an end with proof': [event('task.finished'), '🎉 Task complete!\nAll tests passed, code formatted and ready.'],
  'an end without proof': [
    event('task.finished', { proof: { ...PROOF, verdict: 'UNVERIFIED', sentence: 'Done, but nothing could be verified.' } }),
    '🎉 Task complete!\nDone, but nothing could be verified.',
  ],
};

test.each(Object.entries(CONTRACT))('%s reads as promised', (_name, [fact, text]) => {
  expect(tell(fact)).toBe(text);
});

test('a command that was killed, and so has no exit code, has failed', () => {
  expect(tell(event('command.finished', { exitCode: null, output: '' }))).toBe('❌ Command failed');
});

test.each(['denied', 'expired', 'locked'] as const)('a request that was %s says so and names the command that was not run', (outcome) => {
  const text = tell(event('confirmation.answered', { outcome, grant: null }));
  expect(text).toContain('`rm old_backup.py`');
  expect(text).not.toContain('✅');
});

test('a backtick in a command cannot end the code it is shown in', () => {
  const text = tell(event('command.intended', { command: 'echo `id` **bold**', reason: 'r' }));
  expect(text?.match(/`/g)).toHaveLength(2);
  const asked = tell(event('confirmation.requested', { confirmation: { ...confirmation(), command: 'rm `ls`' } }));
  expect(asked?.match(/`/g)).toHaveLength(2);
});

test('a fence in the output cannot end the block it is shown in', () => {
  const text = tell(event('command.finished', { output: 'before\n```\n@everyone\n' }));
  expect(text?.match(/```/g)).toHaveLength(2);
});

test('a person hears of everything but the book-keeping', () => {
  const silent = Object.entries(SAMPLES).filter(([type, facts]) => tell({ type, at: 0, ...facts } as Event) === null);
  expect(silent.map(([type]) => type)).toEqual([
    'task.claimed',
    'attempt.started',
    'task.released',
    'turn.replied',
    'confirmation.tried',
    'limit.neared',
    'cancel.requested',
    'undo.requested',
  ]);
});

test('a plan tells how far it is and what is being done', () => {
  const steps = [
    { title: 'write it', status: 'done' as const },
    { title: 'test it', status: 'active' as const },
    { title: 'tidy up', status: 'pending' as const },
  ];
  expect(tell(event('plan.updated', { steps }))).toBe('📋 Plan: 1 of 3 done, now: test it');
  expect(tell(event('plan.updated', { steps: [{ title: 'write it', status: 'done' }] }))).toBe('📋 Plan: 1 of 1 done');
});
