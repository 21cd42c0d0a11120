// The tests in a file, as far as its text tells: their names, whether each asserts anything, and what is skipped. Nothing is run.
import { type Language, languageOf, VACUOUS } from './language.js';
import { sourceText } from './source-text.js';

export type Test = { name: string /** Without what is only layout. */; body: string; asserts: boolean };

export type TestText = {
  language: Language;
  tests: Test[];
  assertions: number;
  skips: number;
  /** It ends the run as a success by itself. */
  leaves: boolean;
};

const LARGEST = 512 * 1024;

/** Null where no tests are in it. `helpers`: functions of other files that assert. */
export function readTests(path: string, text: string, helpers: ReadonlySet<string> = new Set()): TestText | null {
  const language = languageOf(path);
  if (language === null || text.length > LARGEST) return null;
  const { bare, code } = strippedOf(text, language);
  const starts = [...code.matchAll(language.test)].map((match) => ({
    at: match.index,
    name: match.slice(1).find((group) => group !== undefined) ?? nextString(bare, match.index + match[0].length),
  }));
  const isTestFile = language.testFile.test(path);
  const assertions = [...code.matchAll(language.asserts)].length;
  if (starts.length === 0) {
    const isProgram = language.style === 'c' && /\bmain\s*\(/.test(code);
    if (!isTestFile || !language.isWhole || (assertions === 0 && !isProgram)) return null;
    const whole: Test = { name: 'main', body: layoutless(bare), asserts: assertions > 0 };
    return { language, tests: [whole], assertions, skips: countOf(code, language.skips), leaves: language.leaves?.test(code) === true };
  }
  const known = new Set([...helpers, ...assertingHelpers(code, language)]);
  const tests = starts.map(({ at, name }, index): Test => {
    const end = starts[index + 1]?.at ?? code.length;
    const body = code.slice(at, end);
    // What stands right before a test in brackets belongs to it.
    const before = code
      .slice(Math.max(0, at - 200), at)
      .split('\n')
      .slice(-3)
      .join('\n');
    const said = /should_panic|expectException/.test(before) ? `${before}${body}` : body;
    // The next one stands within it: it is the frame of others.
    const isFrame = language.style === 'js' && index + 1 < starts.length && countOf(body, /\(/g) > countOf(body, /\)/g);
    return { name, body: layoutless(bare.slice(at, end)), asserts: isFrame || asserts(said, text.slice(at, end), language, known) };
  });
  return { language, tests, assertions, skips: countOf(code, language.skips), leaves: language.leaves?.test(code) === true };
}

/** Functions of a file that assert something: a test that calls one asserts. */
export function helpersIn(path: string, text: string): string[] {
  const language = languageOf(path);
  return language === null || text.length > LARGEST ? [] : assertingHelpers(strippedOf(text, language).code, language);
}

/** Whether a file has tests by its name. */
export const isTestName = (path: string): boolean => languageOf(path)?.testFile.test(path) === true;

function strippedOf(text: string, language: Language): { bare: string; code: string } {
  const { bare, code } = sourceText(text, language.style);
  let said = code;
  for (const vacuous of VACUOUS) {
    for (const match of bare.matchAll(vacuous)) {
      const { index } = match;
      said = `${said.slice(0, index)}${match[0].replace(/[^\n]/g, ' ')}${said.slice(index + match[0].length)}`;
    }
  }
  // Asserts of C are nothing where this is defined.
  if (language.style === 'c' && /^\s*#\s*define\s+NDEBUG\b/m.test(bare)) said = said.replace(/\bassert\s*\(/g, '       (');
  return { bare, code: said };
}

function assertingHelpers(code: string, language: Language): string[] {
  const starts = [...code.matchAll(language.defines)].map((match) => ({
    at: match.index,
    name: match.slice(1).find((group) => group !== undefined),
  }));
  return starts.flatMap(({ at, name }, index) => {
    const isHelper = name !== undefined && !/^test/i.test(name) && name !== 'main';
    return isHelper && countOf(code.slice(at, starts[index + 1]?.at), language.asserts) > 0 ? [name] : [];
  });
}

const asserts = (code: string, text: string, language: Language, helpers: ReadonlySet<string>): boolean =>
  countOf(code, language.asserts) > 0 ||
  [...code.matchAll(/\b(\w+)\s*!?\(/g)].some(([, name]) => name !== undefined && helpers.has(name)) ||
  (language.name === 'Go' && /\/\/\s*(?:Unordered o|O)utput:/.test(text)) ||
  (language.name === 'Ruby' && [...helpers].some((helper) => new RegExp(`\\b${helper}\\b`).test(code.replace(/^.*\n/, ''))));

const countOf = (code: string, pattern: RegExp): number => [...code.matchAll(pattern)].length;
const layoutless = (text: string): string => text.replace(/\s+/g, ' ').trim();

function nextString(text: string, from: number): string {
  const rest = text.slice(from, from + 300);
  return /^\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/.exec(rest)?.[2] ?? '';
}
