import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { resolveInside } from './inside.js';

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
