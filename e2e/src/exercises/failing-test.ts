// A failing test to be understood: the code looks right, the test is right, and a third place is to blame.
import { done, EDITED, type Exercise, edit, find, GREEN, HIDDEN, MODULES, RED, read, run, test } from './exercise.js';

export const failingTest: Exercise = {
  goal: 'One test fails and nobody knows why; find the cause and mend it, without changing the tests',
  files: {
    'package.json': MODULES,
    'src/scores.js': `import { median } from './median.js';

export const report = (scores) => ({ median: median(scores), first: scores[0], count: scores.length });
`,
    'src/median.js': `export function median(numbers) {
  const sorted = numbers.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
`,
    'test/scores.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { report } from '../src/scores.js';

test('the first score is the first that was given', () => assert.equal(report([9, 3, 5]).first, 9));
test('the median of small numbers', () => assert.equal(report([3, 1, 2]).median, 2));
`,
  },
  hidden: `${HIDDEN}
const { report } = await load('src/scores.js');
const { median } = await load('src/median.js');
test('the given list stays as it was', () => { const list = [9, 3, 5]; median(list); assert.deepEqual(list, [9, 3, 5]); });
test('numbers are sorted as numbers', () => assert.equal(median([10, 9, 1]), 9));
test('an even count', () => assert.equal(median([100, 20, 3, 4]), 12));
test('the first is the first', () => assert.equal(report([30, 4, 100]).first, 30));
test('the tests were not changed', () => assert.match(readFileSync(join(project, 'test/scores.test.js'), 'utf8'), /first that was given.*9, 3, 5/s));
`,
  turns: [
    { calls: [test('see which one fails')] },
    {
      expect: { ...RED, tool_result: '3 !== 9' },
      calls: [read('src/scores.js'), read('test/scores.test.js'), find('median', { glob: 'src/*.js' })],
    },
    {
      expect: [
        { tool: 'read_file', tool_result: 'first: scores\\[0\\]' },
        { tool: 'search', tool_result: '^src/median\\.js:1:' },
      ],
      text: 'scores[0] is read after the median was made. Let me see what that does to the list.',
      calls: [
        read('src/median.js'),
        run(
          `node -e "import('./src/median.js').then(({ median }) => { const list = [10, 9, 1]; console.log(median(list), list); })"`,
          'see what median does to its list',
        ),
      ],
    },
    {
      expect: { tool: 'bash', tool_result: '^10 \\[ 1, 10, 9 \\]$' },
      text: 'It sorts the list in place, and as text: two bugs in one line. Sorting a copy, as numbers,',
      calls: [
        edit('src/median.js', ['numbers.sort();', '[...numbers].sort((a, b) => a - b);']),
        edit('src/scores.js', ['first: scores[0]', 'first: scores[0]']),
      ],
    },
    {
      expect: [EDITED, { tool: 'edit_file', is_error: true, tool_result: 'change nothing' }],
      calls: [test('run the tests')],
    },
    { expect: GREEN, calls: [done('Sort a copy of the scores, as numbers\n\nmedian sorted the list it was given, and as text.')] },
  ],
};
