// Whether a path the model named lies in the project, as the file system sees it.
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { plainName } from './owners-files.js';
import { isSecretFile } from './secret-file.js';

export type Inside =
  | { ok: true /** Real and absolute. */; path: string /** From the project's real folder. */; name: string }
  | { ok: false; reason: string };

/** Git's own folder is not the project's content: hooks and config there run code. */
const isGits = (name: string): boolean => /(^|\/)(\.git|git~\d+)(\/|$)/.test(plainName(name));
/** By every name on the way: a folder of secrets is one too. */
const isSecret = (name: string): boolean => plainName(name).split('/').some(isSecretFile);

/** Follows symbolic links; for what does not exist yet, those of its nearest existing parent. */
export async function resolveInside(projectDir: string, path: string): Promise<Inside> {
  if (path === '' || path.includes('\0')) return { ok: false, reason: 'The path is empty or holds a NUL character.' };
  const root = await realpath(projectDir);
  // Not `resolve`: where a link leads must be known before a `..` behind it is followed.
  const real = await nearestReal(isAbsolute(path) ? path : `${root}${sep}${path}`);
  const name = relative(root, real);
  if (name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) {
    return { ok: false, reason: `${path} lies outside the project. Use a path inside ${root}.` };
  }
  if (isGits(name)) return { ok: false, reason: `${path} belongs to git. Use git commands instead.` };
  if (isSecret(name))
    return { ok: false, reason: `${path} holds secrets of the owner and is not for the task. An example file (.env.example) is.` };
  return { ok: true, path: real, name };
}

/** The real path of what there is, with the rest behind it; a link that leads nowhere counts as the file it is itself. */
async function nearestReal(path: string): Promise<string> {
  const found = await realpath(path).catch(() => null);
  if (found !== null) return found;
  const [parent, last] = [dirname(path), basename(path)];
  if (parent === path) return path;
  const above = await nearestReal(parent);
  const there = last === '..' || last === '.' ? resolve(above, last) : join(above, last);
  // Behind a folder that is missing, what a `..` leads back to may be a link again.
  return there === path ? there : nearestReal(there);
}
