import { expect, test } from '@jest/globals';
import { accept, apply } from './apply.js';
import type { Event } from './event.js';
import { STATES } from './state.js';
import type { Task } from './task.js';
import { AT, event, taskIn } from './testing/samples.js';
import { UNDO_WAIT_MS, undoneText } from './undo.js';

const after = (task: Task, ...events: Event[]): Task =>
  events.reduce((next, fact) => {
    const applied = apply(next, fact);
    if (applied === null) throw new Error(`${fact.type} does not apply.`);
    return applied;
  }, task);
const asked = (state: Task['state']) => after(taskIn(state), event('undo.requested'));

test('an undo is taken only while nothing of the task runs', () => {
  const takes = STATES.filter((state) => apply(taskIn(state), event('undo.requested')) !== null);
  expect(takes).toEqual(['paused', 'finished', 'failed', 'timeout', 'cancelled']);
});

test('what is undone changes neither the state of a task nor what it says of itself', () => {
  const before = taskIn('finished', { progress: 'the last word' });
  const done = after(before, event('undo.requested'), event('task.undone'));
  expect(done).toEqual({ ...before, updatedAt: AT, undo: { ...done.undo, outcome: { kind: 'done', written: 3, removed: 1, left: [] } } });
  expect(after(asked('failed'), event('undo.refused')).undo?.outcome).toMatchObject({ kind: 'refused', reason: 'changed_since' });
});

test('one wish at a time, and an answer counts once and only for its own wish', () => {
  expect(apply(asked('finished'), event('undo.requested', { requestId: 'undo_2' }))).toBeNull();
  expect(apply(asked('finished'), event('task.undone', { requestId: 'undo_2' }))).toBeNull();
  const done = after(asked('finished'), event('task.undone'));
  expect(apply(done, event('undo.refused'))).toBeNull();
  expect(apply(taskIn('finished'), event('task.undone'))).toBeNull();
  expect(after(done, event('undo.requested', { requestId: 'undo_2' })).undo).toMatchObject({ requestId: 'undo_2', outcome: null });
});

test('no attempt begins while files are put back; a wish that nobody took up holds nothing up for ever', () => {
  const retried = after(asked('failed'), event('task.retried'));
  const claim = (at: number) => apply(retried, event('task.claimed', { attempt: retried.attempt + 1 }, at));
  expect(claim(AT + 1)).toBeNull();
  expect(claim(AT + UNDO_WAIT_MS)).not.toBeNull();
  expect(apply(after(retried, event('task.undone')), event('task.claimed', { attempt: retried.attempt + 1 }))).not.toBeNull();
  expect(apply(asked('finished'), event('undo.requested', { requestId: 'undo_2' }, AT + UNDO_WAIT_MS))).not.toBeNull();
});

test('an isolated task has its branch from the start, and keeps it when it is tried again', () => {
  const task = accept('a7f3', event('task.queued', { isolate: true }));
  expect(task).toMatchObject({ isolate: true, branch: 'tars/a7f3' });
  expect(after(task, event('task.cancelled'), event('task.retried')).branch).toBe('tars/a7f3');
  expect(accept('a7f3', event('task.queued'))).toMatchObject({ isolate: false, branch: null });
});

test.each([
  [{ written: 0, removed: 0, left: [] }, 'nothing had to be put back'],
  [{ written: 1, removed: 0, left: [] }, '1 file put back, 0 removed'],
  [{ written: 2, removed: 1, left: ['a'] }, '2 files put back, 1 removed, 1 file could not be'],
])('%j is told as: %s', (outcome, text) => {
  expect(undoneText(outcome)).toBe(text);
});
