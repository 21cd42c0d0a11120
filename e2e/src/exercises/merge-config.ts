// A merge of settings: found by a wrong path first, and unsafe in a way that only a careful reader sees.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, read, test } from './exercise.js';

export const mergeConfig: Exercise = {
  goal: 'merge in the config module loses nested settings; make it deep (lists are replaced), without touching its inputs, and safe against __proto__',
  files: {
    'package.json': MODULES,
    'src/config/merge.js': 'export function merge(base, over) {\n  return Object.assign(base, over);\n}\n',
    'src/config/merge.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { merge } from './merge.js';

test('the second wins', () => assert.deepEqual(merge({ a: 1 }, { a: 2 }), { a: 2 }));
test('lists are replaced', () => assert.deepEqual(merge({ a: [1, 2] }, { a: [3] }), { a: [3] }));
`,
    'src/index.js': "export { merge } from './config/merge.js';\n",
  },
  hidden: `${HIDDEN}
const { merge } = await load('src/index.js');
test('deep', () => assert.deepEqual(merge({ db: { host: 'a', port: 1 } }, { db: { port: 2 } }), { db: { host: 'a', port: 2 } }));
test('inputs stay', () => { const base = { db: { port: 1 } }; merge(base, { db: { port: 2 }, x: 1 }); assert.deepEqual(base, { db: { port: 1 } }); });
test('the result shares nothing that is changed later', () => { const base = { db: { port: 1 } }; merge(base, {}).db.port = 9; assert.equal(base.db.port, 1); });
test('null replaces', () => assert.deepEqual(merge({ a: { b: 1 } }, { a: null }), { a: null }));
test('an object replaces what is none', () => assert.deepEqual(merge({ a: 1 }, { a: { b: 2 } }), { a: { b: 2 } }));
test('no pollution', () => { merge({}, JSON.parse('{"__proto__": {"polluted": true}}')); assert.equal({}.polluted, undefined); });
test('nor of the result', () => assert.equal(merge({}, JSON.parse('{"__proto__": {"polluted": true}}')).polluted, undefined));
`,
  turns: [
    { calls: [read('src/merge.js')] },
    {
      expect: { is_error: true, tool_result: 'There is src/config/merge\\.(test\\.)?js' },
      calls: [read('src/config/merge.js'), read('src/config/merge.test.js')],
    },
    {
      expect: { tool: 'read_file', tool_result: 'Object\\.assign\\(base, over\\)' },
      text: 'to merge deeply into a new object',
      calls: [
        edit('src/config/merge.js', [
          'export function merge(base, over) {\n  return Object.assign(base, over);\n}\n',
          `const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A new object: what \`over\` says, and what \`base\` says beside it. Lists are replaced. */
export function merge(base, over) {
  const merged = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(over)])) {
    if (key === '__proto__') continue;
    const value = Object.hasOwn(over, key) ? over[key] : base[key];
    merged[key] = isObject(value) ? merge(isObject(base[key]) ? base[key] : {}, value) : value;
  }
  return merged;
}
`,
        ]),
        edit('src/config/merge.test.js', [
          "test('lists are replaced'",
          "test('nested settings stay', () => assert.deepEqual(merge({ a: { b: 1, c: 2 } }, { a: { c: 3 } }), { a: { b: 1, c: 3 } }));\ntest('inputs are not touched', () => {\n  const base = { a: { b: 1 } };\n  merge(base, { a: { b: 2 } });\n  assert.equal(base.a.b, 1);\n});\ntest('lists are replaced'",
        ]),
        test('run the tests'),
      ],
    },
    { expect: [EDITED, GREEN], calls: [done('Merge settings deeply, into a new object')] },
  ],
};
