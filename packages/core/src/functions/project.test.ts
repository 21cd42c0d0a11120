import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resolveProject } from './project.js';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tars-projects-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const resolved = (said: string, roots = [root]) => resolveProject(said, roots, []);

test('a missing folder directly under a root is made, by name or by path; a deeper one is not', async () => {
  expect(await resolved('fresh')).toEqual({ ok: true, path: join(root, 'fresh'), created: true });
  expect(await resolved(join(root, 'other'))).toEqual({ ok: true, path: join(root, 'other'), created: true });
  expect(await resolved('fresh')).toEqual({ ok: true, path: join(root, 'fresh'), created: false });
  expect(await resolved(join(root, 'no', 'such'))).toMatchObject({ ok: false, reason: 'project_missing' });
});

test('a file is no project, by name or by path', async () => {
  await writeFile(join(root, 'notes'), '');
  for (const said of ['notes', join(root, 'notes')]) expect(await resolved(said)).toMatchObject({ ok: false, reason: 'not_a_folder' });
});

test('a link counts as the place it leads to', async () => {
  await mkdir(join(root, 'inside'));
  await symlink(join(root, 'inside'), join(root, 'there'));
  await symlink(tmpdir(), join(root, 'away'));
  expect(await resolved(join(root, 'there'))).toMatchObject({ ok: true, path: join(root, 'inside') });
  expect(await resolved(join(root, 'away'))).toMatchObject({ ok: false, reason: 'outside_roots' });
});

test('a folder the system will not make is a sentence, not a crash', async () => {
  const long = 'x'.repeat(300);
  for (const said of [long, join(root, long)]) expect(await resolved(said)).toMatchObject({ ok: false, reason: 'cannot_create' });
  expect(await resolved('fresh', [join(root, 'no', 'root')])).toMatchObject({ ok: false, reason: 'cannot_create' });
});

test('what is said aloud holds no path', async () => {
  await writeFile(join(root, 'notes'), '');
  for (const said of ['/etc', join(root, 'notes'), join(root, 'no', 'such'), 'x'.repeat(300), 'a/b']) {
    expect(await resolved(said)).toMatchObject({ ok: false, say: expect.not.stringContaining('/') });
  }
});

test('a name with control characters makes no folder', async () => {
  expect(await resolved('bell\u0007')).toMatchObject({ ok: false, reason: 'bad_project_name' });
  expect(await resolved(join(root, 'line\nbreak'))).toMatchObject({ ok: false, reason: 'bad_project_name' });
  expect(existsSync(join(root, 'line\nbreak'))).toBe(false);
});

test('what belongs to TARS itself is no project: not its folder, none below and none above', async () => {
  for (const folder of ['own/deep', 'code/own-not', 'elsewhere']) await mkdir(join(root, folder), { recursive: true });
  await symlink(join(root, 'own'), join(root, 'disguised'));
  const at = (said: string) => resolveProject(join(root, said), [root], [], [join(root, 'own'), join(root, 'code/state')]);
  for (const said of ['own', 'own/deep', 'disguised', 'code', '.', 'own/new'])
    expect({ said, ...(await at(said)) }).toMatchObject({ said, ok: false, reason: said === 'own/new' ? 'project_missing' : 'own_folder' });
  for (const said of ['elsewhere', 'code/own-not']) expect(await at(said)).toMatchObject({ ok: true });
});
