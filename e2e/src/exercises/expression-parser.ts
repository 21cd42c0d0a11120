// A parser: written whole, its own tests beside it, and a case that the first version forgot.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, RED, test, write } from './exercise.js';

export const expressionParser: Exercise = {
  goal: 'Write calc.js: calculate(text) evaluates + - * / with the usual precedence, parentheses and signs, and throws a SyntaxError for anything else',
  files: { 'package.json': MODULES },
  hidden: `${HIDDEN}
const { calculate } = await load('calc.js');
for (const [text, value] of [['1', 1], [' 2 * 3 + 4 ', 10], ['2+3*4', 14], ['(2+3)*4', 20], ['8/4/2', 1], ['7-2-1', 4], ['-3+5', 2], ['2*-3', -6], ['-(1+2)', -3], ['1.5*2', 3], ['((1))', 1]])
  test(text, () => assert.equal(calculate(text), value));
for (const text of ['', '1+', '(1', '1)', '1 2', 'a', '2**3', 'process.exit()', '1..2'])
  test('refuses ' + JSON.stringify(text), () => assert.throws(() => calculate(text), SyntaxError));
`,
  turns: [
    {
      text: 'A small recursive descent parser.',
      calls: [
        {
          name: 'update_plan',
          input: {
            steps: [
              { title: 'write the parser', status: 'active' },
              { title: 'test it', status: 'pending' },
            ],
          },
        },
        write(
          'calc.js',
          `/** Evaluates an arithmetic expression; no part of it is ever run as code. */
export function calculate(text) {
  const tokens = text.match(/\\d+(\\.\\d+)?|[-+*/()]|\\S/g) ?? [];
  let at = 0;
  const fail = () => {
    throw new SyntaxError(\`unexpected \${tokens[at] ?? 'end'}\`);
  };
  const sum = () => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const product = () => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/') value = tokens[at++] === '*' ? value * factor() : value / factor();
    return value;
  };
  const factor = () => {
    const token = tokens[at++];
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') fail();
      return value;
    }
    if (!/^\\d/.test(token ?? '')) fail();
    return Number(token);
  };
  const value = sum();
  if (at < tokens.length) fail();
  return value;
}
`,
        ),
        write(
          'calc.test.js',
          `import test from 'node:test';
import assert from 'node:assert/strict';
import { calculate } from './calc.js';

test('precedence', () => assert.equal(calculate('2+3*4'), 14));
test('parentheses', () => assert.equal(calculate('(2+3)*4'), 20));
test('signs', () => assert.equal(calculate('2*-3'), -6));
test('rest', () => assert.throws(() => calculate('1 2'), SyntaxError));
`,
        ),
        test('run the tests'),
      ],
    },
    {
      expect: [{ tool: 'write_file', tool_result: '^Created calc.test.js' }, RED],
      text: 'to read signs',
      calls: [
        edit('calc.js', [
          '    const token = tokens[at++];\n',
          "    const token = tokens[at++];\n    if (token === '-') return -factor();\n",
        ]),
      ],
    },
    { expect: EDITED, calls: [test('run the tests again')] },
    { expect: GREEN, calls: [done('Add calculate\n\nA recursive descent parser with tests.')] },
  ],
};
