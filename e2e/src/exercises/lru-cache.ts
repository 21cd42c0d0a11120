// A data structure: its tests say what is missing, and one of them only fails once the rest works.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, RED, read, test, write } from './exercise.js';

export const lruCache: Exercise = {
  goal: 'Implement the class Cache in cache.js: at most `size` entries, the least recently used one goes first',
  files: {
    'package.json': MODULES,
    'cache.js': "export class Cache {\n  constructor(size) {\n    throw new Error('not implemented');\n  }\n}\n",
    'cache.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { Cache } from './cache.js';

test('keeps what fits', () => {
  const cache = new Cache(2);
  cache.set('a', 1);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('b'), undefined);
});
test('what was read last stays', () => {
  const cache = new Cache(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [1, undefined, 3]);
});
`,
  },
  hidden: `${HIDDEN}
const { Cache } = await load('cache.js');
test('writing an entry again makes it the newest, and takes no place', () => {
  const cache = new Cache(2);
  cache.set('a', 1); cache.set('b', 2); cache.set('a', 3); cache.set('c', 4);
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [3, undefined, 4]);
});
test('undefined, 0 and null are values', () => {
  const cache = new Cache(3);
  cache.set('u', undefined); cache.set('z', 0); cache.set('n', null);
  cache.get('u'); cache.set('x', 1);
  assert.equal(cache.has('u'), true); assert.equal(cache.has('z'), false); assert.equal(cache.get('n'), null);
});
test('has does not count as use', () => {
  const cache = new Cache(1);
  cache.set('a', 1); assert.equal(cache.has('a'), true); cache.set('b', 2); assert.equal(cache.has('a'), false);
});
test('size tells how many there are', () => { const cache = new Cache(1); cache.set('a', 1); cache.set('b', 1); assert.equal(cache.size, 1); });
`,
  turns: [
    { calls: [read('cache.js'), read('cache.test.js')] },
    {
      expect: { tool: 'read_file', tool_result: 'not implemented' },
      text: 'on a Map, which keeps the order',
      calls: [
        write(
          'cache.js',
          `/** At most \`size\` entries; the least recently used one makes room. */
export class Cache {
  #entries = new Map();
  #most;

  constructor(size) {
    this.#most = size;
  }

  get size() {
    return this.#entries.size;
  }

  has(key) {
    return this.#entries.has(key);
  }

  get(key) {
    return this.#entries.get(key);
  }

  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value);
  }
}
`,
        ),
        test('run the tests'),
      ],
    },
    {
      expect: [{ ...RED, tool_result: 'not ok \\d+ - what was read last stays|✖ what was read last stays' }],
      text: 'to count reading as use',
      calls: [
        edit('cache.js', [
          '    return this.#entries.get(key);',
          '    if (!this.#entries.has(key)) return undefined;\n    const value = this.#entries.get(key);\n    this.set(key, value);\n    return value;',
        ]),
        test('run the tests again'),
      ],
    },
    { expect: [EDITED, GREEN], calls: [done('Implement Cache on a Map')] },
  ],
};
