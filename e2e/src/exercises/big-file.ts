// An off-by-one in a file too long to read whole: found by search, read in a range, and edited where the same line stands twice.
import { done, EDITED, type Exercise, edit, find, GREEN, HIDDEN, MODULES, RED, read, test } from './exercise.js';

const filler = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, n) => `export const rule${from + n} = { id: ${from + n}, text: 'a rule of the house, number ${from + n}' };\n`,
  ).join('');

export const bigFile: Exercise = {
  goal: 'The last page of the rules is missing its last entry; rules.js is long, so be careful',
  files: {
    'package.json': MODULES,
    'rules.js': `${filler(1, 900)}
/** Pages count from 1. */
export function pageOf(list, page, size) {
  const first = (page - 1) * size;
  const end = Math.min(first + size, list.length - 1);
  return list.slice(first, end);
}

export function lastOf(list, size) {
  const first = Math.max(0, list.length - size);
  const end = Math.min(first + size, list.length - 1);
  return list[end];
}

${filler(900, 1500)}`,
    'rules.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { lastOf, pageOf } from './rules.js';

test('the last page is whole', () => assert.deepEqual(pageOf([1, 2, 3, 4, 5], 2, 3), [4, 5]));
test('the last one', () => assert.equal(lastOf([1, 2, 3], 2), 3));
`,
  },
  hidden: `${HIDDEN}
const { lastOf, pageOf, rule1499 } = await load('rules.js');
test('full pages', () => assert.deepEqual(pageOf([1, 2, 3, 4], 1, 2), [1, 2]));
test('a last page that is full', () => assert.deepEqual(pageOf([1, 2, 3, 4], 2, 2), [3, 4]));
test('beyond the end', () => assert.deepEqual(pageOf([1], 3, 2), []));
test('the neighbour was right and still is', () => { assert.equal(lastOf([1, 2, 3], 2), 3); assert.equal(lastOf([7], 5), 7); });
test('the rest of the file is there', () => assert.equal(rule1499.id, 1499));
`,
  turns: [
    { calls: [test('see what fails'), find('function \\w+Of\\(', { path: 'rules.js' })] },
    {
      expect: [RED, { tool: 'search', tool_result: '^rules\\.js:902:export function pageOf.*^rules\\.js:908:export function lastOf' }],
      calls: [read('rules.js', { offset: 900, limit: 14 })],
    },
    {
      expect: { tool: 'read_file', tool_result: '^904\\t  const end.*\\(lines 900 to 913 of \\d+; read on with offset 914\\)$' },
      text: 'to take the last entry in',
      calls: [
        edit('rules.js', ['  const end = Math.min(first + size, list.length - 1);', '  const end = Math.min(first + size, list.length);']),
      ],
    },
    {
      expect: { tool: 'edit_file', is_error: true, tool_result: '2 times, at lines 904, 910' },
      text: 'to take the last entry in, in pageOf alone',
      calls: [
        edit('rules.js', [
          '  const end = Math.min(first + size, list.length - 1);\n  return list.slice(first, end);',
          '  const end = Math.min(first + size, list.length);\n  return list.slice(first, end);',
        ]),
        test('run the tests'),
      ],
    },
    { expect: [EDITED, GREEN], calls: [done('Take the last entry into the last page')] },
  ],
};
