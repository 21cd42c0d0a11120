// Text wrapping: written from a description and a few examples, wrong at first for a word that is longer than the line.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, RED, read, test, write } from './exercise.js';

export const wrapText: Exercise = {
  goal: 'Write src/wrap.js as the README describes it',
  files: {
    'package.json': MODULES,
    'README.md':
      '# wrap\n\n`wrap(text, width)` breaks a text into lines of at most `width` characters, at spaces. A longer word is cut. Runs of spaces count as one; line breaks of the text stay.\n',
    'test/wrap.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { wrap } from '../src/wrap.js';

test('breaks at spaces', () => assert.equal(wrap('one two three', 7), 'one two\\nthree'));
test('cuts a word that is too long', () => assert.equal(wrap('abcdefgh ij', 3), 'abc\\ndef\\ngh\\nij'));
`,
  },
  hidden: `${HIDDEN}
const { wrap } = await load('src/wrap.js');
test('a text that fits stays', () => assert.equal(wrap('short', 10), 'short'));
test('an empty text stays empty', () => assert.equal(wrap('', 5), ''));
test('a word of exactly the width is not cut', () => assert.equal(wrap('abc def', 3), 'abc\\ndef'));
test('runs of spaces count as one', () => assert.equal(wrap('a   b', 3), 'a b'));
test('line breaks stay', () => assert.equal(wrap('a b\\n\\nc', 10), 'a b\\n\\nc'));
test('a long word after a short one begins a line of its own', () => assert.equal(wrap('a bcdefg', 4), 'a\\nbcde\\nfg'));
test('no line is longer than the width', () => {
  for (const line of wrap('the quick brown fox jumps over the lazily sleeping dog', 6).split('\\n')) assert.ok(line.length <= 6, line);
});
`,
  turns: [
    { text: 'The description and the tests first.', calls: [read('README.md'), read('test/wrap.test.js'), read('src')] },
    {
      expect: [
        { tool: 'read_file', tool_result: 'A longer word is cut' },
        { tool: 'read_file', is_error: true, tool_result: 'There is no src' },
      ],
      text: 'with a loop over the words',
      calls: [
        write(
          'src/wrap.js',
          `/** Breaks a text into lines of at most \`width\` characters. */
export const wrap = (text, width) => text.split('\\n').map((line) => wrapLine(line, width)).join('\\n');

function wrapLine(text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length <= width) line += \` \${word}\`;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines.join('\\n');
}
`,
        ),
        test('run the tests'),
      ],
    },
    {
      expect: [{ tool: 'write_file', tool_result: '^Created src/wrap.js' }, RED],
      text: 'to cut words that are too long',
      calls: [
        edit('src/wrap.js', [
          '      line = word;\n',
          '      line = word;\n      for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));\n',
        ]),
      ],
    },
    { expect: EDITED, calls: [test('run the tests again')] },
    { expect: GREEN, calls: [done('Add wrap\n\nBreaks at spaces, cuts words that are too long.')] },
  ],
};
