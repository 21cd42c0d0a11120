import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classify } from './classify.js';
import { inspect } from './inspect.js';
import { compositionOf, type Words } from './testing/compositions.js';

const CASES = 10_000;
/** Of so little work nothing can be said. */
const FEW_STEPS = 8;

const DESTRUCTIVE: readonly Words[] = [
  ['rm', '-rf', 'old dir'],
  ['rm', 'a.txt'],
  ['unlink', 'a'],
  ['shred', '-u', 'key'],
  ['git', 'push', '--force'],
  ['git', '-C', 'lib', 'reset', '--hard'],
  ['git', 'clean', '-fdx'],
  ['psql', '-c', 'DROP TABLE members'],
  ['redis-cli', '-n', '2', 'FLUSHDB'],
  ['chmod', '-R', '777', '.'],
  ['chown', 'app', 'data'],
  ['kill', '-9', '4242'],
  ['pkill', 'node'],
  ['sudo', 'ls'],
  ['dd', 'if=/dev/zero', 'of=/dev/sda'],
  ['kubectl', 'delete', 'pod', 'web'],
  ['terraform', 'destroy'],
  ['crontab', '-r'],
  ['python3', '-c', "import os; os.remove('x')"],
  ['node', '-e', 'fs.rmSync("x")'],
];

const SAFE: readonly Words[] = [
  ['ls', '-la'],
  ['cat', 'a b.txt'],
  ['grep', '-rn', 'rm -rf', 'src'],
  ['echo', 'git push --force; rm -rf /'],
  ['git', 'status'],
  ['git', 'log', '--grep', 'drop table'],
  ['git', 'commit', '-m', 'kill the old code; rm -rf it'],
  ['npm', 'install'],
  ['npm', 'test'],
  ['python3', '--version'],
  ['python3', '-c', 'print("rm -rf x")'],
  ['node', '-e', 'new Map().delete("x")'],
  ['psql', '-c', "SELECT 'DROP TABLE x'"],
  ['pip', 'install', 'requests'],
  ['mkdir', '-p', 'src/rm'],
  ['tsc', '-b'],
  ['rm', '--help'],
  ['docker', 'ps'],
];

test('however it is wrapped, quoted and nested, what destroys asks', () => {
  fc.assert(
    fc.property(compositionOf(DESTRUCTIVE, 3), (line) => classify(line).kind === 'destructive'),
    { numRuns: CASES },
  );
});

test('however it is wrapped, quoted and nested, what is safe runs', () => {
  fc.assert(
    fc.property(compositionOf(SAFE, 3), (line) => classify(line).kind === 'safe'),
    { numRuns: CASES },
  );
});

const PIECES = [
  'ls',
  'rm x',
  '"',
  "'",
  '$(',
  ')',
  '`',
  '|',
  '&&',
  ';',
  '\n',
  '{',
  '}',
  '<<E\n',
  'E\n',
  '$x',
  '\x24{x:-',
  '((',
  '[[',
  ']]',
  'for i in',
  'do',
  'done',
  'if',
  'then',
  'fi',
  '> f',
  '\\',
  '\u0000',
  '\ud800',
  '\uFDD0',
  'sh -c',
  'eval',
  'python -c',
  'constructor',
  '__proto__',
  '%s',
  'x=(',
  '-',
  '--',
  '*',
  '🎉',
];

const noise = fc
  .tuple(fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 24 }), fc.constantFrom('', ' '))
  .map(([parts, between]) => parts.join(between));

test('no text makes it throw', () => {
  fc.assert(
    fc.property(noise, (text) => ['safe', 'destructive', 'unreadable'].includes(classify(text).kind)),
    { numRuns: CASES },
  );
});

test('a deletion after any safe lines asks', () => {
  const word = fc.constantFrom('a', 'src', 'rm', '$(', '"', 'b c', '`');
  const quoted = word.map((text) => `'${text}'`);
  const line = fc.oneof(
    quoted.map((text) => `echo ${text}`),
    quoted.map((text) => `export NAME=${text}`),
    word.map((text) => `cat <<'END'\n${text} $( " '\nEND\n:`),
    word.map((text) => `# ${text} ' "\n:`),
    quoted.map((text) => `[[ x == ${text} ]]`),
    quoted.map((text) => `(echo "$(printf '%s' ${text})")`),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom('; ', '\n', ' && ', ' & '), (lines, between) => {
      const found = classify(`${lines.join(between)}${between}rm x`);
      return found.kind === 'destructive' && found.part === 'rm x';
    }),
    { numRuns: CASES },
  );
});

test('twice the input is at most two and a half times the work', () => {
  const granted = inspect('', {}).inquiry.steps;
  const stepsOf = (line: string): number => granted - inspect(line, {}).inquiry.steps;
  // A name with several values makes every later command with it run several times.
  const branch = fc.constantFrom('if a; then v=ls; else v=pwd; fi', 'for v in ls pwd date; do $v; done', '$v x', 'v=cat', 'w=$v', '$v $w');
  const line = fc.array(fc.oneof(compositionOf(SAFE, 2), branch), { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(line, (text) => stepsOf(`${text}\n${text}`) <= 2.5 * stepsOf(text) + FEW_STEPS),
    { numRuns: CASES },
  );
  expect(stepsOf('ls; ls')).toBe(2 * stepsOf('ls'));
});
