// Files and folders of the project, opened so that nothing can be swapped between the look and the use: what is open is what is checked.
import { constants, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { guardedPaths } from '../shell/hidden-paths.js';
import { type Inside, resolveInside } from './inside.js';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

export type OpenFile = { handle: FileHandle; stats: Stats; name: string };
export type Opened = ({ ok: true } & OpenFile) | { ok: false; reason: string; isMissing: boolean };

/** A file or folder for reading; closing the handle is the caller's part. Pipes and devices are opened without waiting. */
export async function openInside(projectDir: string, path: string): Promise<Opened> {
  const inside = await resolveInside(projectDir, path);
  if (!inside.ok) return { ...inside, isMissing: false };
  const handle = await open(inside.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(({ code, message }: NodeJS.ErrnoException) => ({
    code: code ?? '',
    message,
  }));
  if ('code' in handle) return unopened(handle, path);
  const refused = await refusal(handle, inside, projectDir, path);
  if (refused === null) return { ok: true, handle, stats: await handle.stat(), name: inside.name };
  await handle.close();
  return { ok: false, reason: refused, isMissing: false };
}

function unopened({ code, message }: { code: string; message: string }, path: string): Opened {
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, reason: `There is no ${path}.`, isMissing: true };
  // Sockets cannot be opened, and a link here was put there since it was looked at.
  const reason = code === 'ENXIO' || code === 'ELOOP' ? `${path} is neither a file nor a folder.` : `${path} cannot be opened: ${message}`;
  return { ok: false, reason, isMissing: false };
}

async function refusal(
  handle: FileHandle,
  { path }: Extract<Inside, { ok: true }>,
  projectDir: string,
  said: string,
): Promise<string | null> {
  if (!(await isStillAt(handle, path))) return `${said} has moved while it was opened.`;
  if (await isOtherName(await handle.stat(), projectDir)) return `${said} is another name of a file that holds secrets of the owner.`;
  return null;
}

/** A path that leads to what is open and to nothing that takes its place, where the system has such; `path` elsewhere. */
export const heldPath = ({ fd }: FileHandle, path: string): string => (process.platform === 'linux' ? `/proc/self/fd/${fd}` : path);

/** Where an open file really lies: the kernel says so, elsewhere the path must still lead to the very same file. */
async function isStillAt(handle: FileHandle, path: string): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/self/fd/${handle.fd}`).catch(() => '')) === path;
  const [held, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return there !== null && held.ino === there.ino && held.dev === there.dev && realpathSync(path) === path;
}

/** Whether the file is also a secret's, by another name. Looked for only where it has several, as in package stores. */
export async function isOtherName(stats: Stats, projectDir: string): Promise<boolean> {
  if (!stats.isFile() || stats.nlink < 2) return false;
  const { dev, ino } = stats;
  const same = await Promise.all(
    guardedPaths(realpathSync(projectDir)).hidden.map(async (secret) => {
      const found = await lstat(secret).catch(() => null);
      return found !== null && found.dev === dev && found.ino === ino;
    }),
  );
  return same.includes(true);
}

export type Folder = {
  /** A path below the folder, wherever it is moved or whatever takes its place; good until `close`. */
  at(name: string): string;
  isStillThere(): Promise<boolean>;
  close(): Promise<void>;
};

/** The project's folder `path` (real and absolute), made where it is missing, one step after the other from what there is. */
export async function openFolder(projectDir: string, path: string): Promise<Folder> {
  const root = realpathSync(projectDir);
  const steps = path === root ? [] : path.slice(root.length + 1).split(sep);
  let [at, folder] = [root, await hold(root)];
  for (const step of steps) {
    const next = join(at, step);
    try {
      await mkdir(folder.at(step)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      const inner = await hold(folder.at(step), next);
      await folder.close();
      [at, folder] = [next, inner];
    } catch (error) {
      await folder.close();
      throw error;
    }
  }
  return folder;
}

/** `path`: where it is opened; `real`: where it must then be. */
async function hold(path: string, real = path): Promise<Folder> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const isStillThere = (): Promise<boolean> => isStillAt(handle, real);
  if (!(await isStillThere())) {
    await handle.close();
    throw new Error(`${dirname(real)} has moved while it was opened.`);
  }
  return { at: (name) => join(heldPath(handle, real), name), isStillThere, close: () => handle.close() };
}
