// Date arithmetic: a bug in a module that is there, an edit that misses by its indentation and is mended from what the tool says.
import { done, EDITED, type Exercise, edit, find, GREEN, HIDDEN, MODULES, RED, read, test } from './exercise.js';

export const addMonths: Exercise = {
  goal: 'Adding a month to the 31st gives a date in the month after next; it should be the last day of the next month',
  files: {
    'package.json': MODULES,
    'lib/dates.js': `/** All dates are 'YYYY-MM-DD'. */
const parse = (date) => date.split('-').map(Number);
const two = (n) => String(n).padStart(2, '0');

export function addMonths(date, months) {
\tconst [year, month, day] = parse(date);
\tconst moved = new Date(Date.UTC(year, month - 1 + months, day));
\treturn \`\${moved.getUTCFullYear()}-\${two(moved.getUTCMonth() + 1)}-\${two(moved.getUTCDate())}\`;
}

export const daysBetween = (from, to) => Math.round((Date.UTC(...at(to)) - Date.UTC(...at(from))) / 86_400_000);

function at(date) {
\tconst [year, month, day] = parse(date);
\treturn [year, month - 1, day];
}
`,
    'lib/dates.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { addMonths, daysBetween } from './dates.js';

test('adds months', () => assert.equal(addMonths('2026-01-15', 1), '2026-02-15'));
test('ends at the end of a short month', () => assert.equal(addMonths('2026-01-31', 1), '2026-02-28'));
test('counts days', () => assert.equal(daysBetween('2026-02-28', '2026-03-01'), 1));
`,
  },
  hidden: `${HIDDEN}
const { addMonths, daysBetween } = await load('lib/dates.js');
test('a leap year', () => assert.equal(addMonths('2024-01-31', 1), '2024-02-29'));
test('across the year', () => assert.equal(addMonths('2025-12-31', 2), '2026-02-28'));
test('backwards', () => assert.equal(addMonths('2026-03-31', -1), '2026-02-28'));
test('thirteen months', () => assert.equal(addMonths('2026-08-31', 13), '2027-09-30'));
test('a day that exists stays', () => assert.equal(addMonths('2026-01-28', 1), '2026-02-28'));
test('days are still counted', () => assert.equal(daysBetween('2024-02-28', '2024-03-01'), 2));
`,
  turns: [
    { calls: [find('addMonths'), test('see what fails')] },
    { expect: [{ tool: 'search', tool_result: '^lib/dates\\.js:5:export function addMonths' }, RED], calls: [read('lib/dates.js')] },
    {
      expect: { tool: 'read_file', tool_result: '^7\\t\\tconst moved' },
      text: 'to end at the last day of the month',
      calls: [
        edit('lib/dates.js', [
          '  const moved = new Date(Date.UTC(year, month - 1 + months, day));',
          '  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();\n  const moved = new Date(Date.UTC(year, month - 1 + months, Math.min(day, last)));',
        ]),
      ],
    },
    {
      expect: { tool: 'edit_file', is_error: true, tool_result: 'Only the white space differs.*"\\\\tconst moved.*from line 7' },
      text: 'to end at the last day of the month, with tabs this time',
      calls: [
        edit('lib/dates.js', [
          '\tconst moved = new Date(Date.UTC(year, month - 1 + months, day));',
          '\tconst last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();\n\tconst moved = new Date(Date.UTC(year, month - 1 + months, Math.min(day, last)));',
        ]),
        test('run the tests'),
      ],
    },
    { expect: [EDITED, GREEN], calls: [done('End at the last day of a short month')] },
  ],
};
