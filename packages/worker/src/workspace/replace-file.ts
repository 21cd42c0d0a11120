// A file's new content put in place in one step, within a folder that is held open so that nothing can lead the write elsewhere.
import { randomBytes } from 'node:crypto';
import { chown, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { openFolder } from './open-inside.js';

/**
 * `path` is real and absolute. Nobody ever sees half a file; mode and owner stay. A hard link is not written through: the
 * project's name gets a file of its own, and the other names keep theirs. A link put in its place meanwhile is replaced, not followed.
 */
export async function replaceFile(projectDir: string, path: string, bytes: Buffer, mode: number | null): Promise<void> {
  const folder = await openFolder(projectDir, dirname(path));
  const draft = folder.at(`.tars-${randomBytes(6).toString('hex')}.tmp`);
  const target = folder.at(basename(path));
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(bytes);
      if (mode !== null) await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepOwner(draft, target);
    if (!(await folder.isStillThere())) throw new Error('the folder has moved while the file was edited.');
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await folder.close();
  }
}

/** Only a worker that runs as root writes into files of others. */
async function keepOwner(draft: string, target: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const there = await lstat(target).catch(() => null);
  if (there?.isFile()) await chown(draft, there.uid, there.gid);
}
