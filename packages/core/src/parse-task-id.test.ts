import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newTaskId, spellTaskId } from './ids.js';
import { parseTaskId } from './parse-task-id.js';

const known = [
  { id: 'k2r9', goal: 'Add a dark theme to the web shop' },
  { id: 'a7f3', goal: 'Create a calculator app with tests' },
  { id: 'a8cc', goal: 'Fix the login test of the web shop' },
  { id: 'x733', goal: 'Sort the photos' },
];

test.each([
  'a7f3',
  '#A7F3',
  ' #a7f3. ',
  'task a7f3',
  'Task #a7f3',
  'task number a7f3 please',
  'A7 F3',
  'a 7 f 3',
  'A-7-F-3',
  'a seven f three',
  'A seven F three.',
  'alpha seven foxtrot three',
  'Alfa 7 Foxtrot 3',
  'a7',
  'a seven',
  'the calculator',
  'the calculator one',
  'calculators',
  'my calculator app, please',
  'create a calculator',
])('"%s" is the calculator task', (said) => {
  expect(parseTaskId(said, known)).toEqual({ kind: 'one', id: 'a7f3' });
});

test.each(['latest', 'the latest', 'the latest one', 'my most recent task', 'the last task'])('"%s" is the newest task', (said) => {
  expect(parseTaskId(said, known)).toEqual({ kind: 'one', id: 'k2r9' });
});

test.each(['x-ray seven double three', 'x ray', 'x seven thirty-three', 'photo', 'x733'])('"%s" is the photo task', (said) => {
  expect(parseTaskId(said, known)).toEqual({ kind: 'one', id: 'x733' });
});

test('what fits several tasks is asked back', () => {
  expect(parseTaskId('a', known)).toEqual({ kind: 'several', ids: ['a7f3', 'a8cc'] });
  expect(parseTaskId('the web shop', known)).toEqual({ kind: 'several', ids: ['k2r9', 'a8cc'] });
  expect(parseTaskId('test', known)).toEqual({ kind: 'several', ids: ['a7f3', 'a8cc'] });
  expect(parseTaskId('web shop theme', known)).toEqual({ kind: 'one', id: 'k2r9' });
});

test.each(['', '   ', '#', 'the task', 'h4h4', 'weather calculator', 'the', 'calc', 'b seven f three', 'a7f34', '🙂'])(
  '"%s" is none of them',
  (said) => {
    expect(parseTaskId(said, known)).toEqual({ kind: 'none' });
  },
);

test('without tasks nothing is meant', () => {
  expect(parseTaskId('latest', [])).toEqual({ kind: 'none' });
});

test('every id is understood as it is spelled, typed or begun', () => {
  fc.assert(
    fc.property(fc.array(fc.nat().map(newTaskId), { minLength: 1, maxLength: 20 }), fc.nat(), (ids, pick) => {
      const tasks = [...new Set(ids)].map((id) => ({ id, goal: 'x' }));
      const id = tasks[pick % tasks.length]?.id ?? '';
      for (const said of [id, `#${id.toUpperCase()}`, spellTaskId(id), `task ${[...id].join(' ')}`]) {
        expect(parseTaskId(said, tasks)).toEqual({ kind: 'one', id });
      }
    }),
  );
});

test('no text makes it throw or name a task that is not known', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (said) => {
      const parsed = parseTaskId(said, known);
      if (parsed.kind === 'one') expect(known.map(({ id }) => id)).toContain(parsed.id);
      if (parsed.kind === 'several') expect(parsed.ids.length).toBeGreaterThan(1);
    }),
  );
});
