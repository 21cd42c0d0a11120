// Looks at every file of a project once, without opening any: what is there, and what a snapshot leaves out.
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { type LeftOut, leftOutFile, leftOutFolder, type Why } from './left-out.js';

export type Seen = { kind: 'file' | 'link' | 'folder' } & Pick<Stats, 'mode' | 'size' | 'ino' | 'mtimeMs' | 'ctimeMs'>;
export type Walked = { seen: Map<string, Seen>; leftOut: LeftOut[] };

/** Looks at this many files before others get their turn. */
const AT_A_TIME = 500;
const MOST_ENTRIES = 200_000;
const MOST_BYTES = 1024 * 1024 * 1024;
/** A repository within the project is kept whole, unless it holds more than this. */
const MOST_BYTES_OF_GIT = 50 * 1024 * 1024;

export async function walk(projectDir: string): Promise<Walked> {
  const seen = new Map<string, Seen>();
  const leftOut: LeftOut[] = [];
  let bytes = 0;
  let looked = 0;

  const enter = async (folder: string): Promise<void> => {
    const names = namesIn(join(projectDir, folder));
    if (names === null) {
      leftOut.push({ path: folder, why: 'unreadable' });
      return;
    }
    const beside = new Set(names);
    for (const name of names) {
      // The project's own repository is the owner's: neither kept nor ever put back.
      if (folder === '' && name === '.git') continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (++looked % AT_A_TIME === 0) await breathe();
      const stats = lstatSync(`${projectDir}/${path}`, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
      const why = whyNot(name, kind, stats, beside) ?? (name === '.git' && kind === 'folder' ? whyNotGit(join(projectDir, path)) : null);
      const isTooMuch = seen.size >= MOST_ENTRIES || (kind === 'file' && bytes + stats.size > MOST_BYTES);
      if (why !== null || isTooMuch) {
        leftOut.push({ path, why: why ?? 'budget' });
        continue;
      }
      const { mode, size, ino, mtimeMs, ctimeMs } = stats;
      seen.set(path, { kind, mode: mode & 0o7777, size, ino, mtimeMs, ctimeMs });
      if (kind === 'file') bytes += size;
      if (kind === 'folder') await enter(path);
    }
  };
  await enter('');
  return { seen, leftOut };
}

function whyNot(name: string, kind: Seen['kind'], stats: Stats, beside: ReadonlySet<string>): Why | null {
  if (name.includes('\ufffd')) return 'name';
  if (kind === 'folder') return leftOutFolder(name, beside);
  if (kind === 'link') return null;
  return stats.isFile() ? leftOutFile(name, stats.size) : 'special';
}

/** Sorted, so that the same files are left out of a project that is too large; null where the folder cannot be read. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).sort();
  } catch {
    return null;
  }
}

function whyNotGit(folder: string): Why | null {
  try {
    let bytes = 0;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
    return bytes > MOST_BYTES_OF_GIT ? 'large' : null;
  } catch {
    return 'unreadable';
  }
}
