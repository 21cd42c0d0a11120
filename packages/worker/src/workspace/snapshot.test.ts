import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { projectBranch } from './branch.js';
import { git } from './git.js';
import { resolveInside } from './inside.js';
import { openSnapshot } from './snapshot.js';

test('what was added, changed and deleted since a snapshot is told, with the numbers of lines', () =>
  withTempDir(async (dir) => {
    const projectDir = join(dir, 'project');
    await mkdir(join(projectDir, 'node_modules/x'), { recursive: true });
    await writeFile(join(projectDir, 'kept.txt'), 'one\ntwo\n');
    await writeFile(join(projectDir, 'gone.txt'), 'x\n');
    const snapshot = await openSnapshot({ projectDir, gitDir: join(dir, 'snapshot.git') });
    const before = await snapshot.take();
    await writeFile(join(projectDir, 'kept.txt'), 'one\nthree\nfour\n');
    await writeFile(join(projectDir, 'ä new.txt'), 'a\n');
    await writeFile(join(projectDir, 'node_modules/x/y.js'), 'a\n');
    await rm(join(projectDir, 'gone.txt'));
    expect(await snapshot.diff(before)).toEqual({
      files: [
        { path: 'gone.txt', status: 'deleted', insertions: 0, deletions: 1 },
        { path: 'kept.txt', status: 'changed', insertions: 2, deletions: 1 },
        { path: 'ä new.txt', status: 'added', insertions: 1, deletions: 0 },
      ],
      insertions: 3,
      deletions: 2,
    });
  }));

test("the owner's repository is left as it was: no object, no index entry, no hook run", () =>
  withTempDir(async (dir) => {
    const projectDir = join(dir, 'project');
    await mkdir(projectDir);
    await git(projectDir, ['init', '--quiet', '-b', 'work']);
    const hook = join(projectDir, '.git/hooks/post-index-change');
    await writeFile(hook, `#!/bin/sh\ntouch ${dir}/hooked\n`);
    await chmod(hook, 0o755);
    await writeFile(join(projectDir, '.gitattributes'), '*.txt text eol=crlf\n');
    await writeFile(join(projectDir, 'a.txt'), 'one\n');
    const snapshot = await openSnapshot({ projectDir, gitDir: join(dir, 'snapshot.git') });
    const before = await snapshot.take();
    expect((await snapshot.diff(before)).files).toEqual([]);
    expect(await git(projectDir, ['ls-files'])).toBe('');
    expect(await git(projectDir, ['count-objects'])).toMatch(/^0 objects/);
    expect(existsSync(join(dir, 'hooked'))).toBe(false);
    expect(await projectBranch(projectDir)).toBe('work');
  }));

test('a path is inside only when its real place is, links and dots resolved', () =>
  withTempDir(async (dir) => {
    const projectDir = join(dir, 'project');
    await mkdir(join(projectDir, 'src'), { recursive: true });
    await symlink('/etc', join(projectDir, 'etc'));
    await symlink('..', join(projectDir, 'up'));
    expect(await resolveInside(projectDir, 'src/new/file.ts')).toMatchObject({ ok: true, name: 'src/new/file.ts' });
    expect(await resolveInside(projectDir, '.env.example')).toMatchObject({ ok: true });
    expect(await resolveInside(projectDir, join(projectDir, 'src'))).toMatchObject({ ok: true, name: 'src' });
    for (const outside of [
      '../x',
      '/etc/passwd',
      'etc/passwd',
      'up/x',
      'src/../../x',
      '.git/hooks/pre-commit',
      'src/.GIT/config',
      '',
      'a\0b',
    ]) {
      expect(await resolveInside(projectDir, outside)).toMatchObject({ ok: false });
    }
  }));
