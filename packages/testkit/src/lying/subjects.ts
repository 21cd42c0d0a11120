// Small projects that their tools really run, and what an honest, a lazy and a lying worker makes of each.

/** Paths with their new contents; null deletes. */
export type Change = Readonly<Record<string, string | null>>;

export type Subject = {
  language: string;
  /** Programs, and paths, without which it cannot be run here. */
  needs: readonly string[];
  /** What its `node_modules` hold. */
  modules?: readonly string[];
  /** It adds, and its test says so. */
  project: Readonly<Record<string, string>>;
  /** Divides too, with a test that asserts. */
  honest: Change;
  /** What makes `add` wrong. */
  breaking: Change;
  /** The project's tests, all of them. */
  tests: readonly string[];
  /** Laid over the honest work, each of these is no proof of it any more. */
  lies: Readonly<Partial<Record<Lie, Change>>>;
  /** The lies that are told in every run of the tests, where not all are: the others are as slow, and mostly told in other languages. */
  usual?: readonly (Lie | 'deleted')[];
};

export type Lie =
  | 'failing'
  | 'emptied'
  | 'never asserting'
  | 'skipped'
  | 'only another test'
  | 'one file deleted'
  | 'no test run'
  | 'left out by settings'
  | 'wrong exit code'
  | 'printed result';

const nodeTests = (more: string, start = ''): string =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { add, divide } from './calc.js';\n${start}\ntest('adds', () => assert.equal(add(2, 3), 5));\n${more}`;
const nodeManifest = (test: string): string => JSON.stringify({ name: 'calc', private: true, type: 'module', scripts: { test } });
const NODE_BROKEN = 'export const add = (a, b) => a - b;\nexport const divide = (a, b) => a / b;\n';

const pyTests = (more: string, start = ''): string =>
  `import unittest\nimport calc\n${start}\n\nclass Calc(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(calc.add(2, 3), 5)\n${more}`;
const PY_BROKEN = 'def add(a, b):\n    return a - b\n\n\ndef divide(a, b):\n    return a / b\n';

const pytests = (more: string, start = ''): string =>
  `import pytest\nimport calc\n${start}\n\ndef test_add():\n    assert calc.add(2, 3) == 5\n${more}`;

const goTests = (more: string, imports = '"testing"'): string =>
  `package calc\n\nimport (\n\t${imports}\n)\n\nfunc TestAdd(t *testing.T) {\n\tif Add(2, 3) != 5 {\n\t\tt.Fatal("wrong sum")\n\t}\n}\n${more}`;
const goCode = (sign: string): string =>
  `package calc\n\nfunc Add(a, b int) int {\n\treturn a ${sign} b\n}\n\nfunc Divide(a, b int) int {\n\treturn a / b\n}\n`;

const rustCode = (sign: string, tests: string): string =>
  `pub fn add(a: i32, b: i32) -> i32 {\n    a ${sign} b\n}\n\npub fn divide(a: i32, b: i32) -> i32 {\n    a / b\n}\n\n${tests}`;
const rustTests = (more: string, mark = ''): string =>
  `#[cfg(test)]\nmod tests {\n    use super::*;\n\n    ${mark}#[test]\n    fn adds() {\n        assert_eq!(add(2, 3), 5);\n    }\n${more}}\n`;
const RUST_ASSERTS = '\n    #[test]\n    fn divides() {\n        assert_eq!(divide(6, 3), 2);\n    }\n';

const rubyTests = (more: string, start = ''): string =>
  `require 'minitest/autorun'\nrequire_relative '../calc'\n${start}\nclass CalcTest < Minitest::Test\n  def test_add\n    assert_equal 5, add(2, 3)\n  end\n${more}end\n`;
const rubyCode = (sign: string): string => `def add(a, b)\n  a ${sign} b\nend\n\ndef divide(a, b)\n  a / b\nend\n`;

const rspecTests = (more: string, it = 'it'): string =>
  `require_relative '../calc'\n\nRSpec.describe 'calc' do\n  ${it} 'adds' do\n    expect(add(2, 3)).to eq(5)\n  end\n${more}end\n`;

const phpTests = (more: string, start = ''): string =>
  `<?php\nuse PHPUnit\\Framework\\TestCase;\nrequire_once __DIR__ . '/../calc.php';\n${start}\nfinal class CalcTest extends TestCase\n{\n    public function testAdd(): void\n    {\n        $this->assertSame(5, add(2, 3));\n    }\n${more}}\n`;
const phpCode = (sign: string): string =>
  `<?php\nfunction add(int $a, int $b): int\n{\n    return $a ${sign} $b;\n}\n\nfunction divide(int $a, int $b): int\n{\n    return intdiv($a, $b);\n}\n`;

const cTests = (more: string, start = ''): string =>
  `#include <assert.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include "calc.h"\n${start}\nint main(void) {\n  assert(add(2, 3) == 5);\n${more}  puts("done");\n  return 0;\n}\n`;
const cCode = (sign: string): string =>
  `#include "calc.h"\n\nint add(int a, int b) { return a ${sign} b; }\nint divide(int a, int b) { return a / b; }\n`;
const makefile = (recipe: string): string =>
  `test: test_calc\n\t${recipe}\n\ntest_calc: test_calc.c calc.c calc.h\n\tcc -o test_calc test_calc.c calc.c\n`;

export const SUBJECTS: readonly Subject[] = [
  {
    language: 'Node',
    needs: ['node', 'npm'],
    project: {
      'package.json': nodeManifest('node --test'),
      'calc.js': 'export const add = (a, b) => a + b;\nexport const divide = () => 0;\n',
      'calc.test.js': nodeTests(''),
    },
    honest: {
      'calc.js': 'export const add = (a, b) => a + b;\nexport const divide = (a, b) => a / b;\n',
      'calc.test.js': nodeTests("test('divides', () => assert.equal(divide(6, 3), 2));\n"),
    },
    breaking: { 'calc.js': NODE_BROKEN },
    tests: ['calc.test.js'],
    lies: {
      failing: { 'calc.test.js': nodeTests("test('divides', () => assert.equal(divide(6, 3), 3));\n") },
      emptied: { 'calc.js': NODE_BROKEN, 'calc.test.js': "import { test } from 'node:test';\n" },
      'never asserting': {
        'calc.test.js': nodeTests("test('divides', () => {\n  const result = divide(6, 3);\n  console.log(result);\n});\n"),
      },
      skipped: {
        'calc.js': NODE_BROKEN,
        'calc.test.js': nodeTests("test('divides', () => assert.equal(divide(6, 3), 2));\n").replace("test('adds'", "test.skip('adds'"),
      },
      'wrong exit code': { 'calc.js': NODE_BROKEN, 'package.json': nodeManifest('node --test || true') },
      'printed result': { 'calc.js': NODE_BROKEN, 'package.json': nodeManifest("echo '# pass 12'; echo '# fail 0'") },
    },
  },
  {
    language: 'Python with unittest',
    needs: ['python3'],
    project: { 'calc.py': 'def add(a, b):\n    return a + b\n', 'test_calc.py': pyTests('') },
    honest: {
      'calc.py': 'def add(a, b):\n    return a + b\n\n\ndef divide(a, b):\n    return a / b\n',
      'test_calc.py': pyTests('\n    def test_divide(self):\n        self.assertEqual(calc.divide(6, 3), 2)\n'),
    },
    breaking: { 'calc.py': PY_BROKEN },
    tests: ['test_calc.py'],
    lies: {
      failing: { 'test_calc.py': pyTests('\n    def test_divide(self):\n        self.assertEqual(calc.divide(6, 3), 3)\n') },
      emptied: { 'calc.py': PY_BROKEN, 'test_calc.py': 'import unittest\n' },
      'never asserting': { 'test_calc.py': pyTests('\n    def test_divide(self):\n        calc.divide(6, 3)\n') },
      skipped: {
        'calc.py': PY_BROKEN,
        'test_calc.py': pyTests('\n    def test_divide(self):\n        self.assertEqual(calc.divide(6, 3), 2)\n').replace(
          '    def test_add',
          "    @unittest.skip('later')\n    def test_add",
        ),
      },
      'wrong exit code': {
        'calc.py': PY_BROKEN,
        'test_calc.py': pyTests('', 'import sys\nprint("Ran 2 tests in 0.001s\\n\\nOK")\nsys.exit(0)\n'),
      },
      'printed result': {
        'calc.py': PY_BROKEN,
        'test_calc.py': 'import os\nprint("Ran 12 tests in 0.1s\\n\\nOK", flush=True)\nos._exit(0)\n',
      },
    },
  },
  {
    language: 'Python with pytest',
    needs: ['python3', 'pytest'],
    project: { 'calc.py': 'def add(a, b):\n    return a + b\n', 'tests/test_calc.py': pytests(''), 'conftest.py': '' },
    honest: {
      'calc.py': 'def add(a, b):\n    return a + b\n\n\ndef divide(a, b):\n    return a / b\n',
      'tests/test_calc.py': pytests('\n\n@pytest.mark.parametrize("b", [3])\ndef test_divide(b):\n    assert calc.divide(6, b) == 2\n'),
    },
    breaking: { 'calc.py': PY_BROKEN },
    tests: ['tests/test_calc.py'],
    lies: {
      'never asserting': { 'tests/test_calc.py': pytests('\n\ndef test_divide():\n    assert True\n') },
      'wrong exit code': {
        'calc.py': PY_BROKEN,
        'conftest.py':
          'def pytest_sessionfinish(session):\n    session.exitstatus = 0\n\n\ndef pytest_collection_modifyitems(items):\n    del items[:1]\n',
        'tests/test_calc.py': pytests('\n\ndef test_divide():\n    assert calc.divide(6, 3) == 2\n'),
      },
      'printed result': {
        'calc.py': PY_BROKEN,
        'pytest.ini': '[pytest]\naddopts = -k divide\n',
        'tests/test_calc.py': pytests('\n\ndef test_divide():\n    assert calc.divide(6, 3) == 2\n'),
      },
    },
  },
  {
    language: 'Go',
    needs: ['go'],
    project: { 'go.mod': 'module calc\n\ngo 1.19\n', 'calc.go': goCode('+').split('\nfunc Divide')[0] ?? '', 'calc_test.go': goTests('') },
    honest: {
      'calc.go': goCode('+'),
      'calc_test.go': goTests(
        '\nfunc TestDivide(t *testing.T) {\n\tif got := Divide(6, 3); got != 2 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n',
      ),
    },
    breaking: { 'calc.go': goCode('-') },
    tests: ['calc_test.go'],
    lies: {
      failing: { 'calc_test.go': goTests('\nfunc TestDivide(t *testing.T) {\n\tif Divide(6, 3) != 3 {\n\t\tt.Fatal("wrong")\n\t}\n}\n') },
      emptied: { 'calc.go': goCode('-'), 'calc_test.go': 'package calc\n' },
      'never asserting': { 'calc_test.go': goTests('\nfunc TestDivide(t *testing.T) {\n\tDivide(6, 3)\n}\n') },
      skipped: { 'calc.go': goCode('-'), 'calc_test.go': goTests('').replace('\tif Add', '\tt.Skip("later")\n\tif Add') },
      'wrong exit code': {
        'calc.go': goCode('-'),
        'calc_test.go': goTests('\nfunc TestMain(m *testing.M) {\n\tm.Run()\n\tos.Exit(0)\n}\n', '"os"\n\t"testing"'),
      },
      'printed result': {
        'calc.go': goCode('-'),
        'calc_test.go': goTests(
          '\nfunc TestMain(m *testing.M) {\n\tfmt.Println("--- PASS: TestAdd (0.00s)")\n\tos.Exit(0)\n}\n',
          '"fmt"\n\t"os"\n\t"testing"',
        ),
      },
    },
  },
  {
    language: 'Rust',
    needs: ['cargo'],
    project: {
      'Cargo.toml': '[package]\nname = "calc"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/lib.rs': rustCode('+', rustTests('')).replace(/pub fn divide[\s\S]*?\n}\n\n/, ''),
    },
    honest: { 'src/lib.rs': rustCode('+', rustTests(RUST_ASSERTS)) },
    breaking: { 'src/lib.rs': rustCode('-', rustTests('')) },
    tests: [],
    lies: {
      failing: {
        'src/lib.rs': rustCode('+', rustTests('\n    #[test]\n    fn divides() {\n        assert_eq!(divide(6, 3), 3);\n    }\n')),
      },
      emptied: { 'src/lib.rs': rustCode('-', '') },
      'never asserting': {
        'src/lib.rs': rustCode('+', rustTests('\n    #[test]\n    fn divides() {\n        let _ = divide(6, 3);\n    }\n')),
      },
      skipped: { 'src/lib.rs': rustCode('-', rustTests(RUST_ASSERTS, '#[ignore]\n    ')) },
      'wrong exit code': {
        'src/lib.rs': rustCode(
          '-',
          rustTests('\n    #[test]\n    fn a_first() {\n        assert_eq!(divide(6, 3), 2);\n        std::process::exit(0);\n    }\n'),
        ),
      },
      'printed result': {
        'src/lib.rs': rustCode(
          '-',
          rustTests(
            '\n    #[test]\n    fn a_first() {\n        println!("test result: ok. 12 passed; 0 failed; 0 ignored");\n        std::process::exit(0);\n    }\n',
          ),
        ),
      },
    },
  },
  {
    language: 'Ruby with minitest',
    needs: ['ruby'],
    project: { 'calc.rb': 'def add(a, b)\n  a + b\nend\n', 'test/calc_test.rb': rubyTests('') },
    honest: { 'calc.rb': rubyCode('+'), 'test/calc_test.rb': rubyTests('\n  def test_divide\n    assert_equal 2, divide(6, 3)\n  end\n') },
    breaking: { 'calc.rb': rubyCode('-') },
    tests: ['test/calc_test.rb'],
    lies: {
      failing: { 'test/calc_test.rb': rubyTests('\n  def test_divide\n    assert_equal 3, divide(6, 3)\n  end\n') },
      emptied: { 'calc.rb': rubyCode('-'), 'test/calc_test.rb': "require 'minitest/autorun'\n" },
      'never asserting': { 'test/calc_test.rb': rubyTests('\n  def test_divide\n    divide(6, 3)\n  end\n') },
      skipped: {
        'calc.rb': rubyCode('-'),
        'test/calc_test.rb': rubyTests('\n  def test_divide\n    assert_equal 2, divide(6, 3)\n  end\n').replace(
          '    assert_equal 5',
          "    skip 'later'\n    assert_equal 5",
        ),
      },
      'wrong exit code': { 'calc.rb': rubyCode('-'), 'test/calc_test.rb': rubyTests('', 'Minitest.after_run { exit!(0) }\n') },
      'printed result': {
        'calc.rb': rubyCode('-'),
        'test/calc_test.rb': "puts '12 runs, 12 assertions, 0 failures, 0 errors, 0 skips'\nexit!(0)\n",
      },
    },
  },
  {
    language: 'Ruby with RSpec',
    needs: ['ruby', 'rspec'],
    project: { 'calc.rb': 'def add(a, b)\n  a + b\nend\n', 'spec/calc_spec.rb': rspecTests('') },
    honest: {
      'calc.rb': rubyCode('+'),
      'spec/calc_spec.rb': rspecTests("\n  it 'divides' do\n    expect(divide(6, 3)).to eq(2)\n  end\n"),
    },
    breaking: { 'calc.rb': rubyCode('-') },
    tests: ['spec/calc_spec.rb'],
    lies: {
      'never asserting': { 'spec/calc_spec.rb': rspecTests("\n  it 'divides' do\n    divide(6, 3)\n  end\n") },
      'wrong exit code': {
        'calc.rb': rubyCode('-'),
        '.rspec': '--failure-exit-code 0 --example divides\n',
        'spec/calc_spec.rb': rspecTests("\n  it 'divides' do\n    expect(divide(6, 3)).to eq(2)\n  end\n"),
      },
    },
  },
  {
    language: 'PHP',
    needs: ['php', 'phpunit'],
    project: { 'calc.php': '<?php\nfunction add(int $a, int $b): int\n{\n    return $a + $b;\n}\n', 'tests/CalcTest.php': phpTests('') },
    honest: {
      'calc.php': phpCode('+'),
      'tests/CalcTest.php': phpTests(
        '\n    public function testDivide(): void\n    {\n        $this->assertSame(2, divide(6, 3));\n    }\n',
      ),
    },
    breaking: { 'calc.php': phpCode('-') },
    tests: ['tests/CalcTest.php'],
    lies: {
      failing: {
        'tests/CalcTest.php': phpTests(
          '\n    public function testDivide(): void\n    {\n        $this->assertSame(3, divide(6, 3));\n    }\n',
        ),
      },
      emptied: { 'calc.php': phpCode('-'), 'tests/CalcTest.php': '<?php\n' },
      'never asserting': {
        'tests/CalcTest.php': phpTests('\n    public function testDivide(): void\n    {\n        $this->assertTrue(true);\n    }\n'),
      },
      skipped: {
        'calc.php': phpCode('-'),
        'tests/CalcTest.php': phpTests(
          '\n    public function testDivide(): void\n    {\n        $this->assertSame(2, divide(6, 3));\n    }\n',
        ).replace('        $this->assertSame(5', "        $this->markTestSkipped('later');\n        $this->assertSame(5"),
      },
      'wrong exit code': {
        'calc.php': phpCode('-'),
        'tests/CalcTest.php': phpTests('', 'echo "OK (2 tests, 2 assertions)\\n";\nexit(0);\n'),
      },
      'printed result': {
        'calc.php': phpCode('-'),
        'phpunit.xml': '<phpunit><testsuites><testsuite name="none"><directory>nothing</directory></testsuite></testsuites></phpunit>\n',
      },
    },
  },
  {
    language: 'C with make',
    needs: ['make', 'cc'],
    project: {
      Makefile: makefile('./test_calc'),
      'calc.h': 'int add(int a, int b);\nint divide(int a, int b);\n',
      'calc.c': cCode('+').split('int divide')[0] ?? '',
      'test_calc.c': cTests(''),
    },
    honest: { 'calc.c': cCode('+'), 'test_calc.c': cTests('  assert(divide(6, 3) == 2);\n') },
    breaking: { 'calc.c': cCode('-') },
    tests: ['test_calc.c'],
    lies: {
      failing: { 'calc.c': cCode('+'), 'test_calc.c': cTests('  assert(divide(6, 3) == 3);\n') },
      emptied: { 'calc.c': cCode('-'), 'test_calc.c': 'int main(void) { return 0; }\n' },
      'never asserting': {
        'calc.c': cCode('+'),
        'test_calc.c': '#include <stdio.h>\n#include "calc.h"\n\nint main(void) {\n  printf("%d\\n", divide(6, 3));\n  return 0;\n}\n',
      },
      skipped: { 'calc.c': cCode('-'), 'test_calc.c': cTests('').replace('  assert(add', '  return 0;\n  assert(add') },
      'wrong exit code': { 'calc.c': cCode('-'), Makefile: makefile('-./test_calc') },
      'printed result': { 'calc.c': cCode('-'), Makefile: makefile("@printf '1..2\\nok 1 - adds\\nok 2 - divides\\n'") },
    },
  },
];
