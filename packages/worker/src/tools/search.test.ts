// One suite for both ways of searching: whichever is there, the model is told the same.
import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, test as always, beforeAll, describe, expect } from '@jest/globals';
import { tempDir } from '@tars/testkit';
import { search } from './search.js';

const FILES: Readonly<Record<string, string>> = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n/only-here.js\nold-*/\n',
  '.ignore': 'generated.js\n!wanted.gen.js\n',
  'dist/a.js': 'needle in dist\n',
  'debug.log': 'needle in a log\n',
  'keep.log': 'needle in a kept log\n',
  'only-here.js': 'needle ignored at the top\n',
  'old-1/a.js': 'needle in an ignored folder\n',
  'src/only-here.js': 'needle not at the top\n',
  'src/a.js': 'first\nneedle(1)\n',
  'src/b.ts': 'needle(2)\r\nNeedle(3)\r\nend needle\r\n',
  'src/generated.js': 'needle made by a program\n',
  'src/sub/.gitignore': '*.js\n!c.js\nlib/\n',
  'src/sub/c.js': 'needle in c\n',
  'src/sub/d.js': 'needle in d\n',
  'src/sub/lib/e.ts': 'needle in lib\n',
  'src/sub/debug.log': 'needle in a deeper log\n',
  'src/wanted.gen.js': 'needle {brace} [x] path/to\n',
  '.hidden/a.js': 'needle hidden\n',
  '.github/workflows/ci.yml': 'needle: in ci\n',
  '.env': 'needle=secret\n',
  'sub/.env.local': 'needle=secret\n',
  '.git/config': 'needle\n',
  'node_modules/x/index.js': 'needle in a package\n',
  'src/node_modules/y/index.js': 'needle in a package\n',
  'with space/ä:1.md': 'needle ä€\u2028 and more\n',
  'bytes.bin': 'needle\n\u0000needle\n',
  'noend.txt': 'no newline at the needle',
  'wide.txt': `${'x'.repeat(900)}needle${'y'.repeat(900)}\n`,
  'large.txt': `needle\n${'z'.repeat(1024 * 1024)}\n`,
  'progress.txt': '1 %\rneedle 100 %\n',
};

const dir = { path: '', remove: async () => {} };
beforeAll(async () => {
  Object.assign(dir, await tempDir());
  // What is above the project says nothing about it.
  await writeFile(join(dir.path, '.gitignore'), '*\n');
  for (const [path, content] of Object.entries(FILES)) {
    const file = join(dir.path, 'project', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await writeFile(join(dir.path, 'outside.txt'), 'needle outside\n');
  await symlink(join(dir.path, 'outside.txt'), join(dir.path, 'project/link.txt'));
  await symlink('src', join(dir.path, 'project/again'));
});
afterAll(() => dir.remove());

const EVERYWHERE = [
  'keep.log:1:needle in a kept log',
  'noend.txt:1:no newline at the needle',
  'progress.txt:1:1 %\rneedle 100 %',
  'src/a.js:2:needle(1)',
  'src/b.ts:1:needle(2)',
  'src/b.ts:3:end needle',
  'src/only-here.js:1:needle not at the top',
  'src/sub/c.js:1:needle in c',
  'src/wanted.gen.js:1:needle {brace} [x] path/to',
  `wide.txt:1:…${'x'.repeat(80)}needle${'y'.repeat(214)}…`,
  'with space/ä:1.md:1:needle ä€\u2028 and more',
];

type Input = { pattern: string; path?: string; glob?: string };
const FINDS: readonly (readonly [string, Input, readonly string[]])[] = [
  ['everything that is not left out, in order', { pattern: 'needle' }, EVERYWHERE],
  ['files of a glob by their names', { pattern: 'needle', glob: '*.ts' }, ['src/b.ts:1:needle(2)', 'src/b.ts:3:end needle']],
  ['files of a glob with a path', { pattern: 'needle', glob: 'src/*.js' }, EVERYWHERE.filter((line) => /^src\/[^/]+\.js:/.test(line))],
  ['one of several endings', { pattern: 'needle\\(', glob: '*.{ts,js}' }, ['src/a.js:2:needle(1)', 'src/b.ts:1:needle(2)']],
  ['nothing that a glob would bring back', { pattern: 'needle', glob: '*.log' }, ['keep.log:1:needle in a kept log']],
  ['what is in a folder, by all rules on the way', { pattern: 'needle', path: 'src/sub' }, ['src/sub/c.js:1:needle in c']],
  ['one file', { pattern: 'needle', path: 'src/a.js' }, ['src/a.js:2:needle(1)']],
  ['a file that is left out, when it is named', { pattern: 'needle', path: 'debug.log' }, ['debug.log:1:needle in a log']],
  ['a folder that is left out, when it is named', { pattern: 'needle', path: 'dist' }, ['dist/a.js:1:needle in dist']],
  ['a hidden folder, when it is named', { pattern: 'needle', path: '.github' }, ['.github/workflows/ci.yml:1:needle: in ci']],
  ['a package, when it is named', { pattern: 'needle', path: 'node_modules/x' }, ['node_modules/x/index.js:1:needle in a package']],
  ['both cases where asked to', { pattern: '(?i)^needle\\(\\d' }, ['src/a.js:2:needle(1)', 'src/b.ts:1:needle(2)', 'src/b.ts:2:Needle(3)']],
  ['ends of lines, whichever they are', { pattern: 'needle$', glob: 'src/**' }, ['src/b.ts:3:end needle']],
  ['what only one of the two can read: a look ahead', { pattern: 'needle(?=\\(2)' }, ['src/b.ts:1:needle(2)']],
  ['a brace that stands for itself', { pattern: 'needle {b' }, ['src/wanted.gen.js:1:needle {brace} [x] path/to']],
  ['a slash, escaped or not', { pattern: 'path\\/to' }, ['src/wanted.gen.js:1:needle {brace} [x] path/to']],
  ['through a link within the project', { pattern: 'needle\\(1', path: 'again' }, ['src/a.js:2:needle(1)']],
  ['nothing', { pattern: 'nothing like it' }, ['Nothing matches.']],
];
const REFUSED: readonly (readonly [string, Input, string])[] = [
  ['no regular expression', { pattern: 'add(' }, 'put a backslash before'],
  ['a line break', { pattern: 'a\\nb' }, 'line by line'],
  ['outside the project', { pattern: 'x', path: '/etc' }, 'outside the project'],
  ['a link that leads outside', { pattern: 'x', path: 'link.txt' }, 'outside the project'],
  ['a folder there is not', { pattern: 'x', path: 'lib' }, 'There is no lib'],
  ['a secret', { pattern: 'needle', path: '.env' }, 'secrets'],
];

const hasRipgrep = spawnSync('rg', ['--version']).status === 0;

describe.each([
  ['ripgrep', process.env.PATH ?? ''],
  ['our own walk', '/nowhere'],
])('by %s', (by, path) => {
  const test = by !== 'ripgrep' || hasRipgrep || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;
  const find = async (input: Input, projectDir = join(dir.path, 'project')) => {
    const before = process.env.PATH;
    process.env.PATH = path;
    try {
      return await search.execute(input, { projectDir, signal: new AbortController().signal });
    } finally {
      process.env.PATH = before;
    }
  };

  test.each(FINDS)('a search finds %s', async (__, input, lines) => {
    expect(await find(input)).toEqual({ ok: true, text: lines.join('\n') });
  });

  test.each(REFUSED)('a search refuses %s, and says how it is done', async (__, input, why) => {
    expect(await find(input)).toMatchObject({ ok: false, text: expect.stringContaining(why) });
  });

  test('what lies above a project says nothing about it, and its own rules count without git', async () => {
    const projectDir = join(dir.path, 'bare');
    await mkdir(projectDir, { recursive: true });
    for (const [name, text] of [
      ['.gitignore', 'b.txt\n'],
      ['a.txt', 'needle\n'],
      ['b.txt', 'needle\n'],
    ] as const)
      await writeFile(join(projectDir, name), text);
    expect(await find({ pattern: 'needle' }, projectDir)).toEqual({ ok: true, text: 'a.txt:1:needle' });
  });

  test('too many matches are cut at the end of a line, with how many there are and what to do', async () => {
    const many = join(dir.path, 'project', 'src', 'many.txt');
    await writeFile(many, 'a line to be found\n'.repeat(700));
    const { text } = await find({ pattern: 'to be found', glob: 'many.txt' });
    expect(text.length).toBeLessThan(12_200);
    expect(text).toMatch(/a line to be found\n\(the first \d+ of more than 500 matches; narrow it/);
  });
});

always('an aborted search ends', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(search.execute({ pattern: 'needle' }, { projectDir: join(dir.path, 'project'), signal: abort.signal })).rejects.toThrow();
});
