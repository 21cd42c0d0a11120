// Whether a path the model named lies in the project, as the file system sees it.
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isSecretFile } from './secret-file.js';

export type Inside =
  | { ok: true /** Real and absolute. */; path: string /** From the project's real folder. */; name: string }
  | { ok: false; reason: string };

/** Git's own folder is not the project's content: hooks and config there run code. */
const isGits = (name: string): boolean => name.split(sep).some((part) => part.toLowerCase() === '.git');

/** Follows symbolic links; for what does not exist yet, those of its nearest existing parent. */
export async function resolveInside(projectDir: string, path: string): Promise<Inside> {
  if (path === '' || path.includes('\0')) return { ok: false, reason: 'The path is empty or holds a NUL character.' };
  const root = await realpath(projectDir);
  const real = await nearestReal(isAbsolute(path) ? path : resolve(root, path));
  const name = relative(root, real);
  if (name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) {
    return { ok: false, reason: `${path} lies outside the project. Use a path inside ${root}.` };
  }
  if (isGits(name)) return { ok: false, reason: `${path} belongs to git. Use git commands instead.` };
  if (isSecretFile(basename(real)))
    return { ok: false, reason: `${path} holds secrets of the owner and is not for the task. An example file (.env.example) is.` };
  return { ok: true, path: real, name };
}

async function nearestReal(path: string): Promise<string> {
  const found = await realpath(path).catch(() => null);
  if (found !== null) return found;
  const parent = dirname(path);
  return parent === path ? path : join(await nearestReal(parent), basename(path));
}
