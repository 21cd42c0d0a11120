import { chmod, mkdir, readFile as read, stat, symlink, writeFile as write } from 'node:fs/promises';
import { join } from 'node:path';
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
    expect(toolDefinitions()[index]?.input_schema).toMatchObject({ type: 'object', additionalProperties: false });
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
    await write(join(projectDir, 'a.txt'), 'one\ntwo\nthree\n');
    await write(join(projectDir, 'b.bin'), Buffer.from([1, 0, 2]));
    await mkdir(join(projectDir, 'src'));
    const at = (path: string, more = {}) => readFile.execute({ path, ...more }, { projectDir, signal });
    expect(await at('a.txt')).toEqual({ ok: true, text: '1\tone\n2\ttwo\n3\tthree' });
    expect(await at('a.txt', { offset: 2, limit: 1 })).toEqual({ ok: true, text: '2\ttwo\n(lines 2 to 2 of 3; read on with offset 3)' });
    expect(await at('a.txt', { offset: 9 })).toEqual({ ok: false, text: 'a.txt has only 3 lines.' });
    expect(await at('b.bin')).toMatchObject({ ok: false, text: expect.stringContaining('binary') });
    expect(await at('gone')).toMatchObject({ ok: false });
    expect(await at('/etc/passwd')).toMatchObject({ ok: false, text: expect.stringContaining('outside') });
    expect(await at('.')).toEqual({ ok: true, text: 'a.txt\nb.bin\nsrc/' });
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

test('a near miss shows the lines that were probably meant', () =>
  withTempDir(async (projectDir) => {
    await write(join(projectDir, 'a.js'), 'function add(a, b) {\n\treturn a - b;\n}\n');
    const spaces = await planEdit(edit('a.js', ['  return a - b;', '  return a + b;']), projectDir);
    expect(spaces.text).toContain('Only the white space differs');
    expect(spaces.text).toContain('\treturn a - b;');
    const other = await planEdit(edit('a.js', ['return a - c;', '']), projectDir);
    expect(other.text).toContain('from line 2');
  }));

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
