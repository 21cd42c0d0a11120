import { expect, test } from '@jest/globals';
import { accept, apply } from './apply.js';
import { costCap } from './cost.js';
import type { Event } from './event.js';
import { MAX_UNREAD_MESSAGES } from './message.js';
import type { Task } from './task.js';
import { AT, confirmation, event, question, SAMPLES, taskIn } from './testing/samples.js';

const expectApplied = (task: Task | null): Task => {
  expect(task).not.toBeNull();
  if (task === null) throw new Error('unreachable');
  return task;
};
const after = (task: Task, ...events: Event[]): Task => events.reduce((next, fact) => expectApplied(apply(next, fact)), task);
const queued = () => accept('a7f3', event('task.queued'));
const started = () => after(queued(), event('task.claimed'));
const told = (id: string, text: string) => event('message.told', { messageId: id, text });

test('once a pause is wished for, nothing new begins, but what runs may end', () => {
  const pausing = after(started(), event('pause.requested'));
  for (const kind of ['command.intended', 'edit.intended', 'confirmation.requested', 'question.asked', 'pause.requested'] as const) {
    expect({ kind, next: apply(pausing, event(kind)) }).toEqual({ kind, next: null });
  }
  expect(after(pausing, event('command.finished'), event('edit.made')).state).toBe('started');
  expect(after(pausing, event('task.finished'))).toMatchObject({ state: 'finished', pauseRequested: false });
});

test('only a wished pause is taken, of the attempt it was meant for, and never in place of a cancel', () => {
  expect(apply(started(), event('task.paused', { attempt: 1 }))).toBeNull();
  const pausing = after(started(), event('pause.requested'));
  expect(apply(pausing, event('task.paused', { attempt: 0 }))).toBeNull();
  expect(apply(after(pausing, event('cancel.requested')), event('task.paused', { attempt: 1 }))).toBeNull();
  expect(after(pausing, event('task.paused', { attempt: 1 }, AT + 7))).toMatchObject({
    state: 'paused',
    pausedAt: AT + 7,
    pauseRequested: false,
  });
  expect(apply(after(pausing, event('cancel.requested')), event('pause.requested'))).toBeNull();
});

test('a paused task is claimed by nobody until it is resumed, and then waits like a new one', () => {
  const paused = after(queued(), event('pause.requested'), event('task.paused'));
  expect(apply(paused, event('task.claimed'))).toBeNull();
  expect(apply(paused, event('pause.requested'))).toBeNull();
  const resumed = after(paused, event('task.resumed'));
  expect(resumed).toMatchObject({ state: 'queued', pausedAt: null, progress: 'Waiting for a worker' });
  expect(apply(resumed, event('task.resumed'))).toBeNull();
  expect(after(resumed, event('task.claimed')).state).toBe('started');
});

test('a pause that was not taken yet is taken back by a resume', () => {
  const resumed = after(started(), event('pause.requested'), event('task.resumed'));
  expect(resumed).toMatchObject({ state: 'started', pauseRequested: false });
  expect(after(resumed, event('command.intended')).state).toBe('started');
});

test('what a human is asked stays open over a pause, and the time paused does not count against the answer', () => {
  for (const open of [{ confirmation: confirmation() }, { question: question() }]) {
    const paused = after(taskIn('started', open), event('pause.requested'), event('task.paused', {}, AT + 60_000));
    expect(paused).toMatchObject(open);
    const { confirmation: asked, question: put } = after(paused, event('task.resumed', {}, AT + 3_660_000));
    expect((asked ?? put)?.expiresAt).toBe(AT + 300_000 + 3_600_000);
  }
  const answered = after(
    taskIn('started', { confirmation: confirmation() }),
    event('pause.requested'),
    event('task.paused'),
    event('confirmation.answered'),
  );
  expect(answered).toMatchObject({ state: 'paused', confirmation: null, grant: { callId: 'call_1' } });
});

test('messages wait in the order they were told, and each is seen once', () => {
  const waiting = after(started(), told('m_1', 'Use SQLite'), told('m_2', 'and no ORM'));
  expect(waiting.messages.map(({ text }) => text)).toEqual(['Use SQLite', 'and no ORM']);
  const seen = after(waiting, event('message.seen', { messageIds: ['m_1'] }));
  expect(seen.messages.map(({ id }) => id)).toEqual(['m_2']);
  expect(apply(seen, event('message.seen', { messageIds: ['m_1', 'm_2'] }))).toBeNull();
});

test('the same words told again before they were read are no second message, and there is an end to how many may wait', () => {
  expect(apply(after(started(), told('m_1', 'Use SQLite')), told('m_2', 'Use SQLite'))).toBeNull();
  const many = Array.from({ length: MAX_UNREAD_MESSAGES }, (_, index) => told(`m_${index}`, `thing ${index}`));
  expect(apply(after(started(), ...many), told('m_x', 'one more'))).toBeNull();
});

test('a task is not done while something the owner said is unread; it may fail or be cancelled', () => {
  const waiting = after(started(), told('m_1', 'One more thing'));
  expect(apply(waiting, event('task.finished'))).toBeNull();
  const failed = after(waiting, event('task.failed'));
  expect(failed.messages).toHaveLength(1);
  expect(after(failed, event('task.retried')).messages).toHaveLength(1);
});

test('a retry begins a new chain: nothing used up, no end, limits of its own; the attempts count on', () => {
  const worked = after(
    started(),
    event('turn.replied', { turn: 9 }),
    { ...event('command.finished'), workedMs: 800_000 },
    event('claim.refuted'),
    event('task.failed', {}, AT + 5),
  );
  expect(worked).toMatchObject({ turns: 9, workedMs: 800_000, refutations: 1, endedAt: AT + 5 });
  expect(after(worked, event('task.retried'))).toMatchObject({
    state: 'queued',
    phase: 'started',
    attempt: 1,
    turns: 0,
    workedMs: 0,
    costMicros: 0,
    crashes: 0,
    refutations: 0,
    failure: null,
    proof: null,
    endedAt: null,
    limits: SAMPLES['task.retried'].limits,
  });
});

test('what is finished is not tried again, only continued by a message; what runs is neither', () => {
  const finished = after(started(), event('task.finished'));
  expect(apply(finished, event('task.retried'))).toBeNull();
  expect(after(finished, event('task.retried', { because: 'message' }))).toMatchObject({ state: 'queued', summary: null, proof: null });
  for (const state of ['queued', 'started', 'paused'] as const) {
    for (const because of ['retry', 'message'] as const) expect(apply(taskIn(state), event('task.retried', { because }))).toBeNull();
  }
});

const capped = { about: 'cost' as const, options: ['go on', 'stop'], expiresAt: null };
const atCap = (facts: Partial<Task> = {}) =>
  after(
    { ...started(), costMicros: 5_400_000, ...facts },
    event('question.asked', { question: { ...question('q_1'), ...capped } }),
    event('pause.requested', { channel: 'worker', reason: 'cost' }),
  );

test('a task at its cap pauses with its question open, and no time runs against its owner', () => {
  const paused = after(atCap(), event('task.paused', { attempt: 1, reason: 'cost' }));
  expect(paused).toMatchObject({ state: 'paused', pauseReason: 'cost', question: { id: 'q_1', expiresAt: null } });
});

test('a resume lets it cost as much again, counted from what it has cost, or the amount that was named', () => {
  const paused = after(atCap(), event('task.paused', { attempt: 1 }));
  const resumed = after(paused, event('task.resumed'));
  expect(resumed).toMatchObject({ state: 'queued', question: null, pauseReason: null });
  expect(costCap(resumed)).toBe(10_400_000);
  expect(costCap(after(paused, event('task.resumed', { raisedMicros: 2_000_000 })))).toBe(7_400_000);
  const again = after({ ...resumed, state: 'started', costMicros: 10_500_000 }, event('pause.requested', { reason: 'cost' }));
  expect(costCap(after(again, event('task.resumed')))).toBe(15_500_000);
});

test("a pause at the cap that was not taken yet is taken back with more money; an owner's pause and the day's give none", () => {
  expect(costCap(after(atCap(), event('task.resumed')))).toBe(10_400_000);
  for (const reason of [undefined, 'day_cost'] as const) {
    const paused = after(started(), event('pause.requested', reason === undefined ? {} : { reason }), event('task.paused', { attempt: 1 }));
    expect(paused.pauseReason).toBe(reason ?? null);
    expect(after(paused, event('task.resumed'))).toMatchObject({ costRaisedMicros: 0, pauseReason: null });
  }
});

test('a task at its cap can be ended there, and a retry begins with its limit as it was', () => {
  const paused = after(atCap(), event('task.paused', { attempt: 1 }), event('task.resumed'), event('task.claimed', { attempt: 2 }));
  const ended = after(paused, event('pause.requested', { reason: 'cost' }), event('task.paused', { attempt: 2 }), event('task.failed'));
  expect(ended).toMatchObject({ state: 'failed', pauseReason: null, pausedAt: null });
  expect(after(ended, event('task.retried'))).toMatchObject({ costRaisedMicros: 0, costMicros: 0 });
});
