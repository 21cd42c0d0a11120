// A refactoring across files: everything is found first, changed, and looked for once more.
import { done, EDITED, type Exercise, edit, find, GREEN, HIDDEN, MODULES, read, run, test } from './exercise.js';

export const renameAcrossFiles: Exercise = {
  goal: 'Rename calc to priceOf everywhere, and let it take one object { net, taxRate } instead of two arguments',
  files: {
    'package.json': MODULES,
    '.gitignore': 'build/\n',
    'build/old.js': 'calc(1, 2); // made by a tool\n',
    'src/price.js': 'export function calc(net, taxRate) {\n  return Math.round(net * (1 + taxRate) * 100) / 100;\n}\n',
    'src/cart.js':
      "import { calc } from './price.js';\n\nexport const total = (items) => items.reduce((sum, { net, taxRate }) => sum + calc(net, taxRate), 0);\n",
    'src/invoice.js':
      "import { calc } from './price.js';\n\n// recalculate is another thing\nexport const recalculate = (lines) => lines.map((line) => ({ ...line, gross: calc(line.net, 0.19) }));\n",
    'README.md': 'Prices are made by `calc(net, taxRate)`.\n',
    'test/shop.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { total } from '../src/cart.js';
import { recalculate } from '../src/invoice.js';

test('a cart has a total', () => assert.equal(total([{ net: 10, taxRate: 0.1 }, { net: 1, taxRate: 0 }]), 12));
test('an invoice has gross prices', () => assert.deepEqual(recalculate([{ net: 100 }]), [{ net: 100, gross: 119 }]));
`,
  },
  hidden: `${HIDDEN}
const price = await load('src/price.js');
const { total } = await load('src/cart.js');
const { recalculate } = await load('src/invoice.js');
test('the new name and shape', () => assert.equal(price.priceOf({ net: 100, taxRate: 0.19 }), 119));
test('the old name is gone', () => assert.equal(price.calc, undefined));
test('its users use it', () => { assert.equal(total([{ net: 10, taxRate: 0.1 }]), 11); assert.equal(recalculate([{ net: 100 }])[0].gross, 119); });
test('and the README says so', () => { const text = readFileSync(join(project, 'README.md'), 'utf8'); assert.match(text, /priceOf\\(\\{ net, taxRate \\}\\)/); assert.doesNotMatch(text, /calc\\(/); });
test('what tools made is left alone', () => assert.match(readFileSync(join(project, 'build/old.js'), 'utf8'), /calc\\(1, 2\\)/));
`,
  turns: [
    { calls: [find('\\bcalc\\b')] },
    {
      expect: {
        tool: 'search',
        tool_result:
          '^README\\.md:1:.*^src/cart\\.js:1:.*^src/cart\\.js:3:.*^src/invoice\\.js:1:.*^src/invoice\\.js:4:.*^src/price\\.js:1:export function calc',
      },
      calls: [read('src/cart.js'), read('src/invoice.js'), read('src/price.js')],
    },
    {
      text: 'the function and its users',
      calls: [
        edit('src/price.js', ['calc(net, taxRate)', 'priceOf({ net, taxRate })']),
        edit('src/cart.js', ['import { calc }', 'import { priceOf }'], ['sum + calc(net, taxRate)', 'sum + priceOf({ net, taxRate })']),
        edit(
          'src/invoice.js',
          ['import { calc }', 'import { priceOf }'],
          ['calc(line.net, 0.19)', 'priceOf({ net: line.net, taxRate: 0.19 })'],
        ),
        edit('README.md', ['calc(net, taxRate)', 'priceOf({ net, taxRate })']),
        find('\\bcalc\\b'),
        test('run the tests'),
      ],
    },
    {
      expect: [EDITED, { tool: 'search', tool_result: '^Nothing matches\\.$' }, GREEN],
      calls: [run('git status --short 2>/dev/null; grep -rn priceOf src | wc -l', 'count the places')],
    },
    { expect: { tool: 'bash', tool_result: '^5$' }, calls: [done('Rename calc to priceOf, which takes an object')] },
  ],
};
