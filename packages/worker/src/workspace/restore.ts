// Puts paths of a project back to what they were: content, modes, links, empty folders. Never goes through a link.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import type { ObjectStore } from './object-store.js';
import { type Entry, foldersOf, parentOf, type Tree } from './tree.js';

export type Restored = { written: string[]; removed: string[] };

/** Brings `paths` from what they are (`now`) to what they were (`was`). What is in the way is left; the next snapshot shows it. */
export async function restore(options: {
  projectDir: string;
  store: ObjectStore;
  now: Tree;
  was: Tree;
  paths: readonly string[];
}): Promise<Restored> {
  const { projectDir, store, now, was } = options;
  const paths = [...options.paths].sort();
  const done: Restored = { written: [], removed: [] };
  /** Folders to get their mode once everything in them is in place. */
  const modes = new Map<string, number>();
  const place = (path: string): string => `${projectDir}/${path}`;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // What the file system refuses has a code.
      if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    }
  };

  /** The folders above are real folders one may write in, made where they are missing. */
  const reach = async (path: string): Promise<void> => {
    for (const folder of foldersOf(path)) {
      const stats = await lstat(place(folder)).catch(() => null);
      const earlier = was.get(folder);
      const mode = earlier?.kind === 'folder' ? earlier.mode : null;
      if (stats === null) {
        await mkdir(place(folder), { mode: 0o700 });
        modes.set(folder, mode ?? 0o755);
      } else if (!stats.isDirectory()) throw new InTheWayError(folder);
      else if ((stats.mode & 0o300) !== 0o300) {
        if (!modes.has(folder)) modes.set(folder, mode ?? stats.mode & 0o7777);
        await chmod(place(folder), (stats.mode & 0o7777) | 0o700);
      }
    }
  };

  const remove = async (path: string, entry: Entry): Promise<void> => {
    await reach(path);
    const stats = await lstat(place(path)).catch(() => null);
    if (stats === null) return;
    if (entry.kind === 'folder') {
      if (stats.isDirectory()) await rmdir(place(path));
      return;
    }
    if (stats.isDirectory()) throw new InTheWayError(path);
    await unlink(place(path));
    if (!was.has(path)) done.removed.push(path);
  };

  const write = async (path: string, entry: Entry, bytes: Buffer): Promise<void> => {
    await reach(path);
    const draft = place(`${parentOf(path)}${parentOf(path) === '' ? '' : '/'}.tars-${randomBytes(6).toString('hex')}.tmp`);
    try {
      if (entry.kind === 'link') await symlink(bytes, draft);
      else {
        const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
        try {
          await file.writeFile(bytes);
          if (entry.kind === 'file') await file.chmod(entry.mode);
        } finally {
          await file.close();
        }
      }
      await rename(draft, place(path));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    done.written.push(path);
  };

  for (const path of [...paths].reverse()) {
    const entry = now.get(path);
    if (entry !== undefined && entry.kind !== was.get(path)?.kind) await attempt(() => remove(path, entry));
  }
  const filled: { path: string; entry: Exclude<Entry, { kind: 'folder' }> }[] = [];
  for (const path of paths) {
    const entry = was.get(path);
    if (entry === undefined) continue;
    if (entry.kind === 'folder') await attempt(() => reach(`${path}/`).then(() => void modes.set(path, entry.mode)));
    else filled.push({ path, entry });
  }
  let at = 0;
  await store.contents(
    filled.map(({ entry }) => entry.oid),
    async (bytes) => {
      const next = filled[at++];
      if (next !== undefined) await attempt(() => write(next.path, next.entry, bytes));
    },
  );
  for (const [folder, mode] of [...modes].sort(([one], [other]) => (one < other ? 1 : -1))) {
    await attempt(async () => {
      if ((await lstat(place(folder))).isDirectory()) await chmod(place(folder), mode);
    });
  }
  return done;
}

/** Something else has taken the place of a folder, or of a file. */
class InTheWayError extends Error {
  readonly code = 'in_the_way';
  constructor(path: string) {
    super(`Something is in the way at ${path}.`);
  }
}
