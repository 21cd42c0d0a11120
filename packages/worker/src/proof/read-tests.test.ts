import { expect, test } from '@jest/globals';
import { readTests } from './read-tests.js';

const of = (path: string, text: string) => readTests(path, text)?.tests.map(({ name, asserts }) => [name, asserts]) ?? null;

const EMPTY: readonly [string, string][] = [
  ['a.test.js', "test('x', () => { add(1, 2); });"],
  ['a.test.js', "test('x', () => { assert.ok(true); });"],
  ['a.test.js', "test('x', () => { expect(true).toBe(true); });"],
  ['a.test.js', "test('x', () => { expect(add(1, 2)); });"],
  ['a.test.ts', "it('x', () => { assert.equal(1, 1); /* assert.equal(add(1, 2), 3) */ });"],
  ['a.test.js', "test('asserts', () => { console.log('expect(x).toBe(y)'); });"],
  ['a.test.js', "test('x', () => { assert.equal(1 + 1, 2); expect(2 * 2).toBe(4); });"],
  ['a.test.js', "test('x', () => { try { assert.equal(add(1, 2), 4); } catch {} });"],
  ['test_a.py', 'def test_x():\n    try:\n        assert add(1, 2) == 4\n    except AssertionError:\n        pass\n'],
  ['test_a.py', 'def test_x():\n    assert 1 + 1 == 2\n'],
  ['src/lib.rs', '#[test]\nfn x() { assert_eq!(1 + 1, 2); }'],
  ['test_a.py', 'def test_x():\n    add(1, 2)\n'],
  ['test_a.py', 'def test_x():\n    assert True\n'],
  ['test_a.py', 'class A:\n    def test_x(self):\n        """assert it"""\n        self.assertEqual(1, 1)\n'],
  ['a_test.go', 'func TestX(t *testing.T) {\n\tAdd(1, 2)\n}\n'],
  ['src/lib.rs', '#[test]\nfn x() { let _ = add(1, 2); }'],
  ['src/lib.rs', '#[test]\nfn x() { assert!(true); assert_eq!(1, 1); }'],
  ['a_test.rb', 'def test_x\n  add(1, 2)\nend\n'],
  ['a_spec.rb', "it 'x' do\n  expect(true).to eq(true)\nend\n"],
  ['ATest.php', '<?php class A { public function testX() { $this->assertTrue(true); } }'],
  ['test_a.c', 'int main(void) { add(1, 2); return 0; }'],
  ['ATest.java', '@Test\nvoid x() { add(1, 2); }'],
];

test.each(EMPTY)('%s: %j asserts nothing', (path, text) => {
  const tests = of(path, text);
  expect(tests).toHaveLength(1);
  expect(tests?.[0]?.[1]).toBe(false);
});

const ASSERTING: readonly [string, string][] = [
  [
    'a.test.js',
    "test('x', async (t) => { await t.test('a', () => assert.equal(add(1, 1), 2)); await t.test('b', () => assert.equal(add(1, 2), 3)); });",
  ],
  ['a.test.js', "test('x', () => { try { clean(); } catch {}\n assert.equal(add(1, 2), 3); });"],
  ['test_a.py', 'def test_x():\n    assert add(1, 2) == 3\n\n\ndef test_y():\n    assert is_empty("")\n'],
  ['a.test.js', "test('x', () => assert.equal(add(1, 2), 3));"],
  ['a.test.js', "test.each([[1]])('x', (n) => { expect(add(n)).toBe(2); });"],
  ['a.test.js', "const same = (n) => { if (n !== 3) throw new Error('no'); };\ntest('x', () => same(add(1, 2)));"],
  ['a.test.js', "test('x', async (t) => { t.is(await add(1, 2), 3); });"],
  ['a.test.js', "test('x', () => { const r = text.match(/['\"]/); assert.ok(r); });"],
  ['test_a.py', 'def test_x():\n    assert add(1, 2) == 3\n'],
  ['test_a.py', 'def test_x():\n    with pytest.raises(ValueError):\n        add(1)\n'],
  [
    'a_test.go',
    'func TestX(t *testing.T) {\n\tcheck(t, Add(1, 2), 3)\n}\nfunc check(t *testing.T, a, b int) {\n\tif a != b {\n\t\tt.Fatal()\n\t}\n}\n',
  ],
  ['a_test.go', 'func ExampleAdd() {\n\tfmt.Println(Add(1, 2))\n\t// Output: 3\n}\n'],
  ['src/lib.rs', '#[test]\n#[should_panic]\nfn x() { add(1, 2); }'],
  ['src/lib.rs', "fn a<'x>(s: &'x str) {}\n#[test]\nfn x() { assert_eq!(add(1, 2), 3, \"it's wrong\"); }"],
  ['a_spec.rb', "it 'x' do\n  expect(add(1, 2)).to eq(3)\nend\n"],
  ['ATest.php', '<?php class A { public function testX() { $this->assertSame(3, add(1, 2)); } }'],
  ['test_a.c', 'int main(void) { assert(add(1, 2) == 3); return 0; }'],
  ['test_a.c', 'int main(void) { if (add(1, 2) != 3) return 1; return 0; }'],
];

test.each(ASSERTING)('%s: %j asserts', (path, text) => {
  expect(of(path, text)?.every(([, asserts]) => asserts)).toBe(true);
});

test('each test is told by its name, also where some of them assert nothing', () => {
  const text = "test('one', () => { assert.equal(a(), 1); });\ntest('two', () => { a(); });\n";
  expect(of('a.test.js', text)).toEqual([
    ['one', true],
    ['two', false],
  ]);
});

test('a file that only calls something named like a test holds none', () => {
  expect(of('src/match.js', 'if (pattern.test(text)) run();')).toBeNull();
});
