// What a test looks like in each language: how it is declared, how it asserts, how it is skipped. Data; read-tests.ts reads with it.
import type { Style } from './source-text.js';

export type Language = {
  name: string;
  style: Style;
  /** Files of the language. */
  file: RegExp;
  /** Files that hold tests by their name; others do by what is in them. */
  testFile: RegExp;
  /** A test begins; the first group, where there is one, is its name. Otherwise that is the next string. */
  test: RegExp;
  /** It says something that can turn out to be false. */
  asserts: RegExp;
  skips: RegExp;
  /** The run is ended as a success from within. */
  leaves: RegExp | null;
  /** A helper of the tests is defined; the group is its name. */
  defines: RegExp;
  /** Without a declared test a file of that name is a test as a whole. */
  isWhole: boolean;
  /** A file of this language that fails as soon as it is run. */
  failing: string;
};

/** The usual words of helpers that assert. */
const HELPERS = String.raw`\b(?:assert|expect)\w*\s*[!(.]|\b(?:should|must)[A-Z_]\w*\s*\(|\bverify\s*\(`;

export const LANGUAGES: readonly Language[] = [
  {
    name: 'JavaScript',
    style: 'js',
    file: /\.[cm]?[jt]sx?$/,
    testFile:
      /(^|\/)(tests?|__tests__|specs?)\/.+\.[cm]?[jt]sx?$|(^|\/)(test|tests|spec)\.[cm]?[jt]sx?$|[._-](test|tests|spec)\.[cm]?[jt]sx?$|(^|\/)test[-_][^/]+\.[cm]?[jt]sx?$/,
    test: /(?<![\w.$])(?<!function )(?:test|it|specify|xit|xtest|fit|Deno\.test|QUnit\.test|t\.test)(?:\.(?:skip|only|todo|failing|concurrent|serial|each))*\s*(?:\(|`)/g,
    asserts: new RegExp(
      `${HELPERS}|\\b(?:t|assert|tap)\\.(?:is|not|ok|notOk|equals?|deepEquals?|same|match|throws|true|false|like|fail|snapshot)\\w*\\s*\\(|\\.should\\b|\\.(?:ok|equal|notEqual|strictEqual|deepEqual|deepStrictEqual|rejects|throws|doesNotThrow)\\s*\\(|\\bchai\\b|\\b(?:get|find)(?:All)?By\\w+\\(|\\bthrow\\b|process\\.exit(?:Code\\s*=)?\\s*\\(?\\s*[^0)\\s]`,
      'g',
    ),
    skips: /\.(?:skip|todo|only)\b|(?<![\w.])(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(|\b(?:skip|todo)\s*:\s*(?!false)/g,
    leaves: /process\.exit\s*\(\s*0?\s*\)/,
    defines: /(?:function\s+(\w+)|(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?(?:function\b|\(|\w+\s*=>))/g,
    isWhole: true,
    failing: "throw new Error('made to fail');\n",
  },
  {
    name: 'Python',
    style: 'python',
    file: /\.py$/,
    testFile: /(^|\/)(test_[^/]+|[^/]+_test|tests?)\.py$|(^|\/)tests?\/(?!__init__|conftest)[^/]+\.py$/,
    test: /^[ \t]*(?:async\s+)?def\s+(test\w*)\s*\(/gm,
    asserts: new RegExp(`\\bassert\\b|\\.assert\\w+|\\bpytest\\.(?:raises|warns|fail)|self\\.fail\\(|${HELPERS}|\\braise\\b`, 'g'),
    skips: /@(?:pytest\.mark\.|unittest\.)?(?:skip\w*|xfail|expectedFailure)|\bpytest\.skip\(|\bself\.skipTest\(|\bSkipTest\b/g,
    leaves: /\b(?:sys\.exit|os\._exit|exit|quit)\s*\(\s*0?\s*\)/,
    defines: /^[ \t]*def\s+(\w+)\s*\(/gm,
    isWhole: true,
    failing: 'raise SystemExit(1)\n',
  },
  {
    name: 'Go',
    style: 'go',
    file: /\.go$/,
    testFile: /_test\.go$/,
    test: /^func\s+((?:Test|Fuzz|Example)\w*)\s*\(/gm,
    asserts:
      /\b\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(?:assert|require|is|qt|must|should)\.\w+\(|\b\w+\(\s*t\s*[,)]|\bpanic\(/g,
    skips: /\b\w+\.(?:Skip|Skipf|SkipNow)\(/g,
    leaves: /\bos\.Exit\(\s*0\s*\)/,
    defines: /^func\s+(\w+)\s*\(/gm,
    isWhole: false,
    failing: 'made to fail\n',
  },
  {
    name: 'Rust',
    style: 'rust',
    file: /\.rs$/,
    testFile: /(^|\/)tests\/.+\.rs$|(^|\/)tests?\.rs$/,
    test: /#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck)(?:\([^\]]*\))?\][\s\S]{0,300}?\bfn\s+(\w+)/g,
    asserts:
      /\b(?:debug_)?assert(?:_\w+)?!|\b(?:panic|unreachable|prop_assert\w*)!|\.(?:unwrap|expect)(?:_err)?\(|\)\s*\?|\bshould_panic\b|\b(?:assert|expect)\w*!?\s*\(/g,
    skips: /#\[ignore\b/g,
    leaves: /\bprocess::exit\(\s*0\s*\)/,
    defines: /\bfn\s+(\w+)/g,
    isWhole: false,
    failing: 'compile_error!("made to fail");\n',
  },
  {
    name: 'Ruby',
    style: 'ruby',
    file: /\.rb$/,
    testFile: /_(test|spec)\.rb$|(^|\/)test_[^/]+\.rb$|(^|\/)(tests?|spec)\/(?!.*helper)[^/]+\.rb$/,
    test: /^[ \t]*(?:def\s+(test_\w+)|(?:[xf]?(?:it|specify|example|scenario)|test|should)\b(?=\s*(?:\(|['"]|do\b|\{)))/gm,
    asserts: /\b(?:assert\w*|refute\w*|expect\w*|should\w*|must_\w+|wont_\w+|flunk|is_expected|raise)\b/g,
    skips: /^[ \t]*(?:skip|pending)\b|\bx(?:it|describe|context)\b|\bskip:\s*(?!false)/gm,
    leaves: /\bexit!?(?:\s*\(?\s*(?:0|true)\b|\s*$)/m,
    defines: /\bdef\s+(\w+)/g,
    isWhole: true,
    failing: "abort 'made to fail'\n",
  },
  {
    name: 'PHP',
    style: 'php',
    file: /\.php$/,
    testFile: /Test\.php$|(^|\/)tests?\/.+\.php$/i,
    test: /\bfunction\s+(test\w*)\s*\(|#\[Test\][\s\S]{0,200}?function\s+(\w+)|(?<![\w>:$])(?:test|it)\s*\((?=\s*['"])/g,
    asserts:
      /(?:->|::)\s*(?:assert\w*|expect\w*|fail|addToAssertionCount|should\w*)\s*\(|\bexpect\s*\(|\bassert\s*\(|\bthrow\b|\bexit\s*\(\s*[1-9]/g,
    skips: /\bmarkTest(?:Skipped|Incomplete)\b|->\s*(?:skip|todo)\s*\(/g,
    leaves: /\b(?:exit|die)\s*(?:\(\s*0?\s*\))?\s*;/,
    defines: /\bfunction\s+(\w+)/g,
    isWhole: true,
    failing: '<?php exit(1);\n',
  },
  {
    name: 'Java, Kotlin or C#',
    style: 'c',
    file: /\.(java|kt|cs)$/,
    testFile: /Tests?\.(java|kt|cs)$|(^|\/)src\/test\/.+\.(java|kt)$/,
    test: /(?:@(?:Test|ParameterizedTest|RepeatedTest)\b|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b[^\]]*\])[\s\S]{0,300}?\b(\w+)\s*\(/g,
    asserts: /\b(?:assert\w*|Assert\w*|verify|expect\w*|fail|should\w*|Should\w*|andExpect|Throws\w*)\b/g,
    skips: /@(?:Disabled|Ignore)\b|\bSkip\s*=|\[Ignore/g,
    leaves: /\b(?:System\.exit|Environment\.Exit|exitProcess)\s*\(\s*0\s*\)/,
    defines: /\b(\w+)\s*\([^;{}()]*\)\s*(?:throws [\w, .]+)?\{/g,
    isWhole: false,
    failing: 'made to fail\n',
  },
  {
    name: 'C or C++',
    style: 'c',
    file: /\.(c|cc|cpp|cxx)$/,
    testFile: /(^|\/)(tests?[-_]?[^/]*|[^/]+[-_]tests?)\.(c|cc|cpp|cxx)$|(^|\/)tests?\/.+\.(c|cc|cpp|cxx)$/,
    test: /\b(?:TEST|TEST_F|TEST_P|TEST_CASE|START_TEST|Test)\s*\(\s*([\w"]+)|^[ \t]*(?:static\s+)?(?:void|int|bool|char\s*\*)\s+(test\w*|\w+_test)\s*\([^;{]*\)\s*\{/gm,
    asserts:
      /\b(?:assert|ASSERT\w*|EXPECT\w*|CHECK\w*|REQUIRE\w*|TEST_ASSERT\w*|ck_assert\w*|cr_assert\w*|mu_assert\w*|g_assert\w*|check|expect)\s*\(|\babort\s*\(|\bexit\s*\(\s*(?!0\s*\))|\breturn\s+(?!0\s*;)(?!EXIT_SUCCESS)[^;]+;/g,
    skips: /\b(?:GTEST_SKIP|TEST_IGNORE\w*|SKIP)\b/g,
    leaves: null,
    defines: /\b(\w+)\s*\([^;{}()]*\)\s*\{/g,
    isWhole: true,
    failing: 'int main(void) { return 1; }\n',
  },
  {
    name: 'shell',
    style: 'hash',
    file: /\.(sh|bash|bats)$/,
    testFile: /(^|\/)(test[^/]*|[^/]+[-_]test)\.(sh|bash)$|\.bats$|(^|\/)tests?\/.+\.(sh|bash)$/,
    test: /^[ \t]*@test\b/gm,
    asserts: /\bexit\s+[1-9$"]|\breturn\s+[1-9$]|\[\[?\s|\btest\s|\bset\s+-\w*e|\bassert\w*|\bgrep\b|\bdiff\b|\bcmp\b/g,
    skips: /^[ \t]*skip\b/gm,
    leaves: null,
    defines: /\b(\w+)\s*\(\)\s*\{/g,
    isWhole: true,
    failing: 'exit 1\n',
  },
];

export const languageOf = (path: string): Language | null => LANGUAGES.find(({ file }) => file.test(path)) ?? null;

const LITERALS = String.raw`(?:[\d.\s,+\-*/%=<>!&|]|true|false|null|None|nil|True|False|"[^"\n]*"|'[^'\n]*')*`;

/** What a test seems to say, and cannot be false whatever the code does. */
export const VACUOUS: readonly RegExp[] = [
  // Nothing but values that stand there.
  new RegExp(
    String.raw`\b(?:[\w$]+(?:\.|->|::))*(?:assert\w*|ok|is\w*|\w*[eE]quals?\w*|\w*[sS]ame\w*|CHECK\w*|REQUIRE\w*|EXPECT_\w+|ASSERT_\w+)!?\s*\(${LITERALS}\)`,
    'g',
  ),
  new RegExp(String.raw`\bexpect\s*\(${LITERALS}\)\s*\.(?:\w+\.)*\w+\s*\(?${LITERALS}\)?`, 'g'),
  new RegExp(String.raw`^[ \t]*assert\s${LITERALS}$`, 'gm'),
  // What fails is caught, and nobody hears of it.
  /\btry\s*\{[^{}]*\}\s*catch\s*(?:\([^)\n]*\))?\s*\{\s*\}/g,
  /^([ \t]*)try:[^\n]*\n(?:\1[ \t]+\S[^\n]*\n|[ \t]*\n)+\1except[^\n]*:\s*(?:pass|\.\.\.|return)\b/gm,
  /\bbegin\b(?:(?!\bend\b)[\s\S])*?\brescue\b[^\n]*\n\s*(?:nil\s*)?end\b/g,
  /\b(?:[\w$]+(?:\.|->|::))*(?:assert|assert_true|assertTrue|assertThat|ok|isTrue|IsTrue|True|truthy|is_true|CHECK|REQUIRE|EXPECT_TRUE|ASSERT_TRUE|TEST_ASSERT|TEST_ASSERT_TRUE|pass)!?\s*\(\s*(?:t\s*,\s*)?(?:true|True|TRUE|1|!false|not False|1\s*==\s*1)?\s*(?:,\s*["'][^"'\n]*["']\s*)?\)/g,
  /\b(?:[\w$]+(?:\.|->|::))*(?:\w*[eE]quals?\w*|assert_eq|\w*[sS]ame\w*|toBe|is|assertIs|Equal|EXPECT_EQ|ASSERT_EQ)!?\s*\(\s*(?:t\s*,\s*)?([\w.]+|"[^"\n]*"|'[^'\n]*')\s*,\s*\1\s*(?:,\s*["'][^"'\n]*["']\s*)?\)/g,
  /\bexpect\s*\(\s*([\w.]+|"[^"\n]*"|'[^'\n]*')\s*\)\s*\.\s*(?:toBe|toEqual|toStrictEqual|to\.be|to\.equal|to\.eql|to)\s*\(?\s*(?:eq|eql|be|equal)?\s*\(?\s*\1\s*\)?\s*\)?/g,
  /\bexpect\s*\(\s*(?:true|1)\s*\)\s*\.\s*(?:toBeTruthy|toBeDefined|to\.be\.(?:true|ok)|to\s+be_truthy)(?:\s*\(\s*\))?/g,
  // Nothing is asked of what is expected.
  /\bexpect\s*\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)[ \t]*(?:;|$)/gm,
  /^[ \t]*assert\s+(?:True|true|1|not False)[ \t]*(?:,[^\n]*)?$/gm,
  /^[ \t]*assert\s+([\w.]+|"[^"\n]*"|'[^'\n]*')\s*==\s*\1[ \t]*(?:,[^\n]*)?$/gm,
  /^[ \t]*assert_equal\s+([\w.]+|"[^"\n]*"|'[^'\n]*'),\s*\1[ \t]*$/gm,
];
