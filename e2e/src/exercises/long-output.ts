// A command that prints far more than is shown: the line that matters lies in the part left out, and is found in the file with the rest.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, read, run, test } from './exercise.js';

export const longOutput: Exercise = {
  goal: 'check-all.js says that some CSV row is read wrongly; find out which, mend parse.js and add a test for it',
  files: {
    'package.json': MODULES,
    'parse.js': `/** One row of a CSV file: fields in quotes may hold commas. */
export function parseRow(row) {
  return [...row.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].slice(0, -1).map(([, field, quoted]) => quoted ?? field);
}
`,
    'check-all.js': `import { parseRow } from './parse.js';

const rows = Array.from({ length: 3_000 }, (_, n) => [\`\${n},"name \${n}, first",x\`, [String(n), \`name \${n}, first\`, 'x']]);
rows[1_717] = ['1717,"says ""hello"" twice",x', ['1717', 'says "hello" twice', 'x']];
let failed = 0;
for (const [row, wanted] of rows) {
  const got = parseRow(row);
  const isRight = JSON.stringify(got) === JSON.stringify(wanted);
  if (!isRight) failed++;
  console.log(\`\${isRight ? 'ok   ' : 'WRONG'} \${row} -> \${JSON.stringify(got)}\`);
}
console.log(\`\${rows.length} rows, \${failed} wrong\`);
process.exitCode = failed === 0 ? 0 : 1;
`,
    'parse.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { parseRow } from './parse.js';

test('commas in quotes', () => assert.deepEqual(parseRow('1,"a, b",c'), ['1', 'a, b', 'c']));
`,
  },
  hidden: `${HIDDEN}
const { parseRow } = await load('parse.js');
test('doubled quotes', () => assert.deepEqual(parseRow('a,"b ""c""",d'), ['a', 'b "c"', 'd']));
test('empty fields', () => assert.deepEqual(parseRow('a,,"",d'), ['a', '', '', 'd']));
test('one field', () => assert.deepEqual(parseRow('a'), ['a']));
test('all rows', () => execFileSync(process.execPath, ['check-all.js'], { cwd: project, stdio: 'ignore' }));
test('there is a test for it', () => assert.match(readFileSync(join(project, 'parse.test.js'), 'utf8'), /""/));
`,
  captures: { rest: 'the whole output is in (\\S+)' },
  turns: [
    { calls: [run('node check-all.js', 'see which row is wrong'), read('parse.js')] },
    {
      expect: {
        tool: 'bash',
        is_error: true,
        tool_result: '^exit code 1.*characters left out; the whole output is in .*3000 rows, 1 wrong$',
      },
      text: 'The wrong one is in the part left out.',
      calls: [run('grep WRONG {{rest}}', 'find the wrong row in the whole output')],
    },
    {
      expect: { tool: 'bash', is_error: false, tool_result: '^WRONG 1717,"says ""hello"" twice"' },
      text: 'to read doubled quotes, with a plain loop',
      calls: [
        edit('parse.js', [
          '  return [...row.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].slice(0, -1).map(([, field, quoted]) => quoted ?? field);',
          `  const fields = [];
  for (const [, quoted, plain, end] of row.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '') break;
  }
  return fields;`,
        ]),
        edit('parse.test.js', [
          "test('commas in quotes'",
          `test('doubled quotes', () => assert.deepEqual(parseRow('1,"says ""hello""",x'), ['1', 'says "hello"', 'x']));\ntest('commas in quotes'`,
        ]),
        run('node check-all.js | tail -n 1', 'check all rows again'),
        test('run the tests'),
      ],
    },
    { expect: [EDITED, { tool: 'bash', tool_result: '3000 rows, 0 wrong' }, GREEN], calls: [done('Read doubled quotes in CSV rows')] },
  ],
};
