import { chmod, mkdir, readFile as read, stat, symlink, writeFile as write } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { clampOutput } from './clamp-output.js';
import { planEdit } from './plan-edit.js';
import { readFile } from './read-file.js';
import { parseToolCall, TOOLS, toolDefinitions } from './toolset.js';

const signal = new AbortController().signal;
const edit = (path: string, ...edits: [string, string][]) =>
  ({ name: 'edit_file', kind: 'edit', input: { path, edits: edits.map(([old_text, new_text]) => ({ old_text, new_text })) } }) as const;
const whole = (path: string, content: string) => ({ name: 'write_file', kind: 'edit', input: { path, content } }) as const;

test('every tool offers a closed schema and an example it accepts itself', () => {
  for (const [index, tool] of TOOLS.entries()) {
    expect(parseToolCall(tool.name, tool.example)).toMatchObject({ ok: true });
    const definition = toolDefinitions()[index];
    expect(definition).toMatchObject({ strict: true, input_schema: { type: 'object', additionalProperties: false } });
    for (const example of definition?.input_examples ?? []) expect(parseToolCall(tool.name, example)).toMatchObject({ ok: true });
    // The service refuses a strict tool whose schema bounds anything.
    expect(JSON.stringify(definition?.input_schema)).not.toMatch(/"(min|max)(imum|Length)"|"maxItems"|"pattern":\{"pattern"/);
  }
});

test('a call that cannot be understood comes back with the field and a good example', () => {
  expect(parseToolCall('bash', { cmd: 'ls' })).toMatchObject({ ok: false, text: expect.stringContaining('command') });
  expect(parseToolCall('edit_file', { path: 'a', edits: [{ old_text: 1 }] })).toMatchObject({
    ok: false,
    text: expect.stringContaining('edits.0.old_text'),
  });
  expect(parseToolCall('shell', {})).toMatchObject({ ok: false, text: expect.stringContaining('bash, read_file') });
});

test('a file is read with line numbers, in ranges, and what is no text says so', () =>
  withTempDir(async (projectDir) => {
    await write(join(projectDir, 'a.txt'), 'one\ntwo\r\nthree\n');
    await write(join(projectDir, 'b.bin'), Buffer.from([1, 0, 2]));
    await write(join(projectDir, 'empty'), '');
    await mkdir(join(projectDir, 'src'));
    const at = (path: string, more = {}) => readFile.execute({ path, ...more }, { projectDir, signal });
    expect(await at('a.txt')).toEqual({ ok: true, text: '1\tone\n2\ttwo\n3\tthree' });
    expect(await at('a.txt', { offset: 2, limit: 1 })).toEqual({ ok: true, text: '2\ttwo\n(lines 2 to 2 of 3; read on with offset 3)' });
    expect(await at('a.txt', { offset: 9 })).toEqual({ ok: false, text: 'a.txt has only 3 lines.' });
    expect(await at('empty')).toEqual({ ok: true, text: '(the file is empty)' });
    expect(await at('b.bin')).toMatchObject({ ok: false, text: expect.stringContaining('binary') });
    expect(await at('/etc/passwd')).toMatchObject({ ok: false, text: expect.stringContaining('outside') });
    expect(await at('.')).toEqual({ ok: true, text: 'a.txt\nb.bin\nempty\nsrc/' });
    await Promise.all(Array.from({ length: 310 }, (_, n) => write(join(projectDir, 'src', `f${n}`), '')));
    expect((await at('src')).text).toMatch(/\n\(10 more entries; see them with bash: ls\)$/);
  }));

test('a long file is read in pieces that fit, each with where the next begins; a huge one too, without being held', () =>
  withTempDir(async (projectDir) => {
    const line = (n: number) => `line ${n} of a file with quite long lines, so that not all of them fit into one answer\n`;
    const at = (path: string, more = {}) => readFile.execute({ path, ...more }, { projectDir, signal });
    await write(join(projectDir, 'long.txt'), Array.from({ length: 900 }, (_, n) => line(n + 1)).join(''));
    const first = await at('long.txt');
    expect(first.text.length).toBeLessThan(24_200);
    const next = Number(/read on with offset (\d+)\)$/.exec(first.text)?.[1]);
    expect((await at('long.txt', { offset: next })).text).toMatch(new RegExp(`^${next}\\tline ${next} of`));

    await write(join(projectDir, 'huge.txt'), Array.from({ length: 80_000 }, (_, n) => line(n + 1)).join(''));
    expect((await at('huge.txt', { offset: 70_000, limit: 2 })).text).toMatch(
      /^70000\tline 70000 of .*\n70001\tline 70001 of .*\n\(of a file of \d+ bytes; read on with offset 70002\)$/,
    );
    expect((await at('huge.txt', { offset: 80_000 })).text).toMatch(/this is its end\)$/);
    expect(await at('huge.txt', { offset: 80_001 })).toEqual({ ok: false, text: 'huge.txt has only 80000 lines.' });
    await write(join(projectDir, 'wide.txt'), `${'x'.repeat(50_000)}\nend\n`);
    expect((await at('wide.txt')).text).toMatch(/^1\tx{2000}… \(the line goes on; .*\)\n2\tend$/);
  }));

test('a path that leads nowhere is answered with the names that may have been meant', () =>
  withTempDir(async (projectDir) => {
    for (const path of ['src/utils.ts', 'src/parser/index.ts', 'lib/other.ts', 'node_modules/utils.js']) {
      await mkdir(dirname(join(projectDir, path)), { recursive: true });
      await write(join(projectDir, path), '');
    }
    const at = async (path: string) => (await readFile.execute({ path }, { projectDir, signal })).text;
    expect(await at('src/utils.js')).toBe('There is no src/utils.js. There is src/utils.ts.');
    expect(await at('utls.ts')).toBe('There is no utls.ts. There is src/utils.ts.');
    expect(await at('parser/index.ts')).toBe('There is no parser/index.ts. There is src/parser/index.ts.');
    expect(await at('something/else.md')).toBe('There is no something/else.md. Use search or read a folder to see what there is.');
    expect((await planEdit(edit('src/utls.ts', ['a', 'b']), projectDir)).text).toContain('There is src/utils.ts');
  }));

test('an edit is exact, unique, all or nothing, and keeps mode and line endings', () =>
  withTempDir(async (projectDir) => {
    const file = join(projectDir, 'a.sh');
    await write(file, 'one\r\ntwo\r\ntwo\r\n');
    await chmod(file, 0o755);
    expect(await planEdit(edit('a.sh', ['two', '2']), projectDir)).toMatchObject({ ok: false, text: expect.stringContaining('2 times') });
    expect(await planEdit(edit('a.sh', ['one', '1'], ['four', '4']), projectDir)).toMatchObject({
      ok: false,
      text: expect.stringContaining('edit 2'),
    });
    expect(await read(file, 'utf8')).toBe('one\r\ntwo\r\ntwo\r\n');
    const plan = await planEdit(edit('a.sh', ['one\ntwo', '1\n2']), projectDir);
    expect(plan.currentHash).not.toBeNull();
    if (!plan.ok) throw new Error(plan.text);
    await plan.make();
    expect(await read(file, 'utf8')).toBe('1\r\n2\r\ntwo\r\n');
    expect((await stat(file)).mode & 0o777).toBe(0o755);
    expect((await planEdit(whole('a.sh', 'x'), projectDir)).currentHash).toBe(plan.afterHash);
  }));

const HAYSTACK = `function add(a, b) {
\treturn a - b;
}

function sub(a, b) {
\treturn a - b;
}

const greeting = "it's fine";
`;
test.each<[string, string, string, string[]]>([
  [
    'white space',
    '  return a - b;\n}\n\nfunction sub(',
    'x',
    ['Only the white space differs', '"\\treturn a - b;" where you have "  return a - b;"', 'from line 2'],
  ],
  [
    'the shape of quotes',
    'const greeting = “it’s fine”;',
    'x',
    ['Only quotes, dashes or spaces differ', 'from line 9', `const greeting = "it's fine";`],
  ],
  ['a word', 'function sub(a, c) {', 'x', ['from line 5', 'function sub(a, b) {']],
  ['a line in the middle', 'function sub(a, b) {\n\treturn a + b;\n}', 'x', ['from line 5']],
  ['nothing like it', 'class Parser extends Base', 'x', ['Nothing in the file is like it']],
  ['line numbers', '1\tfunction add(a, b) {\n2\t\treturn a - b;', 'x', ['holds the line numbers']],
  ['an edit made before', 'const greeting = "old";', `const greeting = "it's fine";`, ['stands there already, at line 9']],
  ['several places', '\treturn a - b;', 'x', ['2 times, at lines 2, 6', 'more of the lines']],
])('an edit that misses by %s is answered with what helps', (_, wanted, replacement, told) =>
  withTempDir(async (projectDir) => {
    await write(join(projectDir, 'a.js'), HAYSTACK);
    const { ok, text } = await planEdit(edit('a.js', [wanted, replacement]), projectDir);
    expect(ok).toBe(false);
    for (const part of told) expect(text).toContain(part);
  }),
);

test('a new file gets its folders; a link that leads outside is not followed', () =>
  withTempDir(async (dir) => {
    const projectDir = join(dir, 'project');
    await mkdir(projectDir);
    await symlink(dir, join(projectDir, 'up'));
    const plan = await planEdit(whole('src/deep/a.txt', 'x'), projectDir);
    if (!plan.ok) throw new Error(plan.text);
    expect(plan.currentHash).toBeNull();
    await plan.make();
    expect(await read(join(projectDir, 'src/deep/a.txt'), 'utf8')).toBe('x');
    expect(await planEdit(whole('up/a.txt', 'x'), projectDir)).toMatchObject({ ok: false });
    const late = await planEdit(whole('late/a.txt', 'x'), projectDir);
    await symlink(dir, join(projectDir, 'late'));
    await expect(late.ok ? late.make() : undefined).rejects.toThrow('moved');
  }));

test('a long output keeps its beginning and its end, and says where the rest lies', () => {
  const text = Array.from({ length: 5_000 }, (_, n) => `line ${n}`).join('\n');
  const clamped = clampOutput(text, 1_000, '/somewhere/out.txt');
  expect(clamped.length).toBeLessThan(1_200);
  expect(clamped).toMatch(/^line 0\n/);
  expect(clamped).toMatch(/line 4999$/);
  expect(clamped).toContain('/somewhere/out.txt');
  expect(clampOutput('short\n', 1_000)).toBe('short');
});
