// Two hundred ways to name a file outside of the project, git's own, or the owner's: none is read or changed.
import { createHash } from 'node:crypto';
import { linkSync } from 'node:fs';
import { chmod, link, lstat, mkdir, readFile as read, readdir, rename, rm, stat, symlink, writeFile as write } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tempDir, withTempDir } from '@tars/testkit';
import { planEdit } from '../tools/plan-edit.js';
import { readFile } from '../tools/read-file.js';
import { search } from '../tools/search.js';
import type { EditInvocation } from '../tools/toolset.js';
import { openFolder } from './open-inside.js';
import { OWNERS_FILES, ownersFile } from './owners-files.js';

const signal = new AbortController().signal;
const SECRET = 'outside-secret-31';
let world: Awaited<ReturnType<typeof tempDir>>;
let projectDir = '';

beforeAll(async () => {
  world = await tempDir();
  projectDir = join(world.path, 'project');
  await mkdir(join(projectDir, 'src/deep'), { recursive: true });
  await mkdir(join(projectDir, '.git/hooks'), { recursive: true });
  await mkdir(join(world.path, 'project-other'));
  for (const path of [
    'secret.txt',
    'project-other/secret.txt',
    'project/.git/config',
    'project/.git/hooks/pre-commit',
    'project/.env',
    'project/.env.local',
    'project/src/.env',
  ])
    await write(join(world.path, path), SECRET);
  await write(join(projectDir, 'plain.txt'), 'plain');
  const links: [string, string][] = [
    ['up', '..'],
    ['out', world.path],
    ['file', join(world.path, 'secret.txt')],
    ['relative', '../secret.txt'],
    ['chain', 'src/chain2'],
    ['src/chain2', '../up'],
    ['src/deep/up', '../../../'],
    ['gitlink', '.git'],
    ['confi', '.git/config'],
    ['envlink', '.env'],
    ['root', '/'],
    ['etc', '/etc'],
    ['proc', '/proc/self/root'],
    ['loop', 'loop'],
  ];
  for (const [name, target] of links) await symlink(target, join(projectDir, name));
  await link(join(projectDir, '.env'), join(projectDir, 'same-as-env'));
});
afterAll(() => world.remove());

/** Names of what must not be reached, by every trick; about as many as hosts of attacks have published. */
function tricks(): string[] {
  const there = join(world.path, 'secret.txt');
  const outside = [
    ...[
      '../secret.txt',
      '../../secret.txt',
      './../secret.txt',
      'src/../../secret.txt',
      'src/deep/../../../secret.txt',
      'src/deep/../../..//secret.txt',
    ],
    ...[
      '../project-other/secret.txt',
      '../project/../secret.txt',
      '..',
      '../',
      '/',
      '//',
      '/etc/passwd',
      '//etc/passwd',
      '/etc/../etc/passwd',
      '/proc/self/environ',
    ],
    ...['/proc/self/root/etc/passwd', '/proc/self/cwd/../secret.txt', '/dev/stdin', '/dev/fd/0', '/dev/tty', '/dev/zero', '/dev/random'],
    ...[there, `${there}/`, `/${there}`, `${projectDir}/../secret.txt`, `${projectDir}-other/secret.txt`, `${world.path}//secret.txt`],
    ...[
      'up/secret.txt',
      'up/../secret.txt',
      'out/secret.txt',
      'file',
      'relative',
      'chain/secret.txt',
      'src/chain2/secret.txt',
      'src/deep/up/secret.txt',
    ],
    ...[
      'root/etc/passwd',
      'etc/passwd',
      'etc/../etc/passwd',
      'proc/etc/passwd',
      'loop',
      'loop/secret.txt',
      'up/project-other/secret.txt',
      'out/project/../secret.txt',
    ],
    ...[
      'src/../up/secret.txt',
      'nowhere/../../secret.txt',
      'nowhere/../up/secret.txt',
      'plain.txt/../../secret.txt',
      'up/project/up/secret.txt',
    ],
    ...['', '\0', 'plain.txt\0', `${there}\0.txt`, '.', './', 'src/..', 'src/deep/../..'],
  ];
  const git = [
    '.git/config',
    '.git/hooks/pre-commit',
    '.git',
    '.git/',
    './.git/config',
    'src/../.git/config',
    'gitlink/config',
    'gitlink',
    'confi',
    'up/project/.git/config',
  ];
  const gits = [
    '.GIT/config',
    '.Git/config',
    '.gIt/hooks/pre-commit',
    '.git./config',
    '.git /config',
    '.git. . /config',
    '.g\u200cit/config',
    '.\u200bgit/config',
    '.git\ufeff/config',
  ];
  const odd = [
    '.ｇｉｔ/config',
    '.𝗴𝗶𝘁/config',
    'git~1/config',
    'GIT~1/config',
    '.git::$INDEX_ALLOCATION/config',
    '.git:x/config',
    'src/.git/config',
    'a/b/.git/hooks/x',
    '.g\u00adit/config',
    '.gi\u0307t/config',
  ];
  const env = [
    '.env',
    '.env.local',
    'src/.env',
    './.env',
    '.ENV',
    '.Env.Local',
    '.env ',
    '.env.',
    '.env.production',
    'src/../.env',
    'envlink',
    'same-as-env',
    '.e\u200dnv',
    '.ｅｎｖ',
    '.env::$DATA',
  ];
  const reserved = OWNERS_FILES.flatMap(({ examples }) => examples).flatMap((path) => [
    path,
    path.toUpperCase(),
    `./${path}`,
    `src/../${path}`,
    path.replace(/(?<=\/|^)\./, '.\u200b'),
  ]);
  return [...new Set([...outside, ...git, ...gits, ...odd, ...env, ...reserved])];
}

/** Everything there is but the project's ordinary files: names, modes and content. */
async function fingerprint(folder: string): Promise<string> {
  const digest = createHash('sha256');
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    const { mode, size } = await lstat(path);
    digest.update(`${path}\n${mode}\n${entry.isFile() ? await read(path, 'utf8') : size}\n`);
  }
  return digest.digest('hex');
}

test('no trick reads, finds or changes what is not the task’s', async () => {
  const all = tricks();
  expect(all.length).toBeGreaterThan(200);
  const before = await fingerprint(world.path);
  const escapes: string[] = [];
  for (const path of all) {
    const written = await planEdit({ name: 'write_file', kind: 'edit', input: { path, content: 'escaped' } }, projectDir);
    if (written.ok) escapes.push(`write ${path}`);
    const edited = await planEdit(
      { name: 'edit_file', kind: 'edit', input: { path, edits: [{ old_text: SECRET, new_text: '' }] } },
      projectDir,
    );
    if (edited.ok) escapes.push(`edit ${path}`);
    const seen = await readFile.execute({ path }, { projectDir, signal });
    const found = await search.execute({ pattern: SECRET, path }, { projectDir, signal });
    if (seen.text.includes(SECRET) || seen.text.includes('root:')) escapes.push(`read ${path}`);
    if (found.text.includes(`:${SECRET}`)) escapes.push(`search ${path}`);
  }
  expect(escapes).toEqual([]);
  expect(await fingerprint(world.path)).toBe(before);
}, 120_000);

test.each(['**/.env', '.env*', '**', '**/config'])('a search with the glob %s finds no secret', async (glob) => {
  const { text } = await search.execute({ pattern: SECRET, glob }, { projectDir, signal });
  expect(text).not.toContain(`:${SECRET}`);
});

test.each(OWNERS_FILES)('$examples are for the owner to change', ({ examples }) => {
  for (const path of examples) expect(ownersFile(path)).not.toBeNull();
});

test.each([
  'package.json',
  '.github/workflows/ci.yml',
  '.gitignore',
  '.editorconfig',
  'src/git.ts',
  '.env.example',
  'docs/a:b.md',
  'vscode/tasks.json',
  '.vscodeignore',
  'ideas/x.md',
  'settings.json',
])('%s is the task’s to change', async (path) => {
  const plan = await planEdit({ name: 'write_file', kind: 'edit', input: { path, content: 'x' } }, projectDir);
  expect(plan).toMatchObject({ ok: true });
});

const edit = (path: string, content: string) => ({ name: 'write_file', kind: 'edit', input: { path, content } }) as const;

test('a folder swapped for a link between plan and write leads no write out', () =>
  withTempDir(async (dir) => {
    const [project, outside] = [join(dir, 'project'), join(dir, 'outside')];
    for (const folder of [join(project, 'src'), outside]) await mkdir(folder, { recursive: true });
    const plan = await planEdit(edit('src/new/a.txt', 'x'), project);
    await rename(join(project, 'src'), join(project, 'src2'));
    await symlink(outside, join(project, 'src'));
    await expect(plan.ok ? plan.make() : null).rejects.toThrow();
    expect(await readdir(outside)).toEqual([]);
  }));

test('a folder moved away while it is held is written into nowhere', () =>
  withTempDir(async (dir) => {
    const project = join(dir, 'project');
    await mkdir(join(project, 'src'), { recursive: true });
    const folder = await openFolder(project, join(project, 'src'));
    expect(await folder.isStillThere()).toBe(true);
    await rename(join(project, 'src'), join(dir, 'elsewhere'));
    expect(await folder.isStillThere()).toBe(false);
    await folder.close();
  }));

test('a file that is swapped all the time is read inside or not at all', () =>
  withTempDir(async (dir) => {
    const project = join(dir, 'project');
    await mkdir(project);
    await write(join(dir, 'secret'), SECRET);
    await write(join(project, 'inside'), 'inside');
    const file = join(project, 'file');
    let swapping = true;
    const swap = (async () => {
      for (let round = 0; swapping; round++) {
        await rm(file, { force: true });
        if (round % 2) await symlink(join(dir, 'secret'), file);
        else linkSync(join(project, 'inside'), file);
      }
    })();
    const texts: string[] = [];
    for (let round = 0; round < 400; round++) texts.push((await readFile.execute({ path: 'file' }, { projectDir: project, signal })).text);
    swapping = false;
    await swap;
    expect(texts.filter((text) => text.includes(SECRET))).toEqual([]);
    expect(texts).toContain('1\tinside');
  }));

test('an edit gives the project’s name of a hard link content of its own, and keeps mode and owner', () =>
  withTempDir(async (dir) => {
    const project = join(dir, 'project');
    await mkdir(project);
    await write(join(dir, 'outside'), 'kept');
    await chmod(join(dir, 'outside'), 0o640);
    await link(join(dir, 'outside'), join(project, 'a.txt'));
    const before = await stat(join(project, 'a.txt'));
    const plan = await planEdit(edit('a.txt', 'new content'), project);
    if (plan.ok) await plan.make();
    expect(await read(join(dir, 'outside'), 'utf8')).toBe('kept');
    expect(await read(join(project, 'a.txt'), 'utf8')).toBe('new content');
    const { mode, uid, gid } = await stat(join(project, 'a.txt'));
    expect({ mode, uid, gid }).toEqual({ mode: before.mode, uid: before.uid, gid: before.gid });
  }));

test('an edit is not made over what somebody changed since', () =>
  withTempDir(async (project) => {
    await write(join(project, 'a.txt'), 'one');
    const plan = await planEdit(edit('a.txt', 'two'), project);
    await write(join(project, 'a.txt'), 'by the owner');
    await expect(plan.ok ? plan.make() : null).rejects.toThrow('changed since');
    expect(await read(join(project, 'a.txt'), 'utf8')).toBe('by the owner');
  }));

test('pipes are not waited for, and a file of two gigabytes is not read', () =>
  withTempDir(async (project) => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [join(project, 'pipe')]);
    execFileSync('truncate', ['-s', '2G', join(project, 'big')]);
    for (const path of ['pipe', 'big']) {
      expect(await readFile.execute({ path }, { projectDir: project, signal })).toMatchObject({ ok: false });
      expect(await planEdit(edit(path, 'x'), project)).toMatchObject({ ok: false });
    }
  }));

test('what stands for a secret is not written into a file in its place', () =>
  withTempDir(async (project) => {
    await write(join(project, 'a.yml'), 'url: postgres://app:hunter22hunter@db/app\nport: 1\n');
    expect(await planEdit(edit('a.yml', 'url: postgres://app:[redacted]@db/app\nport: 2\n'), project)).toMatchObject({
      ok: false,
      text: expect.stringContaining('[redacted]'),
    });
    const edits = [{ old_text: 'port: 1', new_text: 'port: 2' }];
    const part: EditInvocation = { name: 'edit_file', kind: 'edit', input: { path: 'a.yml', edits } };
    expect(await planEdit(part, project)).toMatchObject({ ok: true });
  }));
