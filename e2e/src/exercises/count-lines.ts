// A command with flags: tried by hand on the command line, exit codes included.
import { done, EDITED, type Exercise, edit, GREEN, HIDDEN, MODULES, read, run, test, write } from './exercise.js';

export const countLines: Exercise = {
  goal: 'Write bin/count.js as docs/count.md says, with a test',
  files: {
    'package.json': MODULES,
    'docs/count.md': `# count

    node bin/count.js [--words] [--json] FILE...

Prints \`N FILE\` for each file: the number of lines, or of words with \`--words\`. With \`--json\` one object \`{ "FILE": N }\` instead.
An unknown flag, or no file, is a usage error: a message on standard error, exit code 2. A file that cannot be read: a message, exit
code 1, and the others are counted all the same. A last line without a line break counts.
`,
    'docs/sample.txt': 'one two\nthree\nfour five six',
  },
  hidden: `${HIDDEN}
const count = (...args) => spawnSync(process.execPath, [join(project, 'bin/count.js'), ...args], { cwd: join(project, 'docs'), encoding: 'utf8' });
test('lines', () => assert.equal(count('sample.txt').stdout, '3 sample.txt\\n'));
test('words', () => assert.equal(count('--words', 'sample.txt').stdout, '6 sample.txt\\n'));
test('a flag after the file', () => assert.equal(count('sample.txt', '--words').stdout, '6 sample.txt\\n'));
test('json', () => assert.deepEqual(JSON.parse(count('--json', 'sample.txt', 'count.md').stdout)['sample.txt'], 3));
test('an unknown flag', () => { const { status, stderr, stdout } = count('--bytes', 'sample.txt'); assert.equal(status, 2); assert.match(stderr, /--bytes/); assert.equal(stdout, ''); });
test('no file', () => assert.equal(count('--json').status, 2));
test('a missing file', () => { const { status, stderr, stdout } = count('gone.txt', 'sample.txt'); assert.equal(status, 1); assert.match(stderr, /gone\\.txt/); assert.equal(stdout, '3 sample.txt\\n'); });
`,
  turns: [
    { calls: [read('docs/count.md'), read('docs/sample.txt')] },
    {
      expect: { tool: 'read_file', tool_result: 'exit code 2' },
      text: 'with the flags parsed by Node itself',
      calls: [
        write(
          'bin/count.js',
          `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const count = (text, words) => (words ? text.split(/\\s+/).filter(Boolean).length : text.split('\\n').length);

const { values, positionals: files } = parseArgs({
  options: { words: { type: 'boolean' }, json: { type: 'boolean' } },
  allowPositionals: true,
});
const counts = {};
for (const file of files) counts[file] = count(readFileSync(file, 'utf8'), values.words);
if (values.json) console.log(JSON.stringify(counts));
else for (const [file, n] of Object.entries(counts)) console.log(\`\${n} \${file}\`);
`,
        ),
        run(
          'cd docs && node ../bin/count.js sample.txt; node ../bin/count.js --bytes sample.txt 2>/dev/null; echo "unknown flag: $?"; node ../bin/count.js gone.txt 2>/dev/null; echo "missing: $?"; cd ..',
          'try it by hand',
        ),
      ],
    },
    {
      expect: { tool: 'bash', tool_result: '^3 sample\\.txt\\nunknown flag: 1\\nmissing: 1' },
      text: 'to tell usage errors from files that cannot be read, and to count what ends with a line break',
      calls: [
        edit(
          'bin/count.js',
          ["text.split('\\n').length)", "text.replace(/\\n$/, '').split('\\n').length * (text === '' ? 0 : 1))"],
          [
            `const { values, positionals: files } = parseArgs({
  options: { words: { type: 'boolean' }, json: { type: 'boolean' } },
  allowPositionals: true,
});
`,
            `function usage(message) {
  console.error(\`\${message}\\nusage: count [--words] [--json] FILE...\`);
  process.exit(2);
}

function readArgs() {
  try {
    return parseArgs({ options: { words: { type: 'boolean' }, json: { type: 'boolean' } }, allowPositionals: true });
  } catch (error) {
    return usage(error.message);
  }
}

const { values, positionals: files } = readArgs();
if (files.length === 0) usage('no file');
`,
          ],
          [
            "for (const file of files) counts[file] = count(readFileSync(file, 'utf8'), values.words);",
            `for (const file of files) {
  try {
    counts[file] = count(readFileSync(file, 'utf8'), values.words);
  } catch (error) {
    console.error(\`\${file}: \${error.message}\`);
    process.exitCode = 1;
  }
}`,
          ],
        ),
        write(
          'test/count.test.js',
          `import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const count = (...args) => spawnSync(process.execPath, ['bin/count.js', ...args], { encoding: 'utf8' });

test('counts lines and words', () => {
  assert.equal(count('docs/sample.txt').stdout, '3 docs/sample.txt\\n');
  assert.equal(count('--words', 'docs/sample.txt').stdout, '6 docs/sample.txt\\n');
});
test('tells usage errors from missing files', () => {
  assert.equal(count('--bytes', 'docs/sample.txt').status, 2);
  assert.equal(count('gone.txt').status, 1);
});
`,
        ),
        test('run the new tests'),
      ],
    },
    { expect: [EDITED, GREEN], calls: [done('Add count\n\nCounts lines or words, as text or JSON.')] },
  ],
};
