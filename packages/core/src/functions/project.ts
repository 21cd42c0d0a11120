// Where a task may work: what the owner called the project, resolved to one folder under the allowed roots.
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

export type ResolvedProject = { ok: true; path: string; created: boolean } | { ok: false; reason: Problem; message: string; say: string };

/** Paths are for the eye; this is what is said aloud. */
const SPOKEN = {
  outside_roots: 'That folder lies outside the project folders, sir.',
  not_a_folder: 'That is a file, not a project folder, sir.',
  project_missing: 'There is no such folder, sir.',
  bad_project_name: 'That is no name of a project folder, sir.',
  ambiguous_project: 'Several projects have that name, sir. Say which one by its path.',
  no_roots: 'No project folders are set up, sir.',
  cannot_create: 'That folder could not be made, sir.',
  own_folder: 'That folder belongs to TARS itself, sir.',
} as const;
type Problem = keyof typeof SPOKEN;

/** True when `path` is `root` or lies under it. Both absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/**
 * `said` is an absolute path, `~…`, or the name of a folder directly under one of `roots`.
 * A missing folder directly under a root is made. `remoteRoots` belong to workers elsewhere: what lies there cannot be looked at from here.
 * What overlaps one of the `reserved` folders is refused.
 */
export async function resolveProject(
  said: string,
  roots: readonly string[],
  remoteRoots: readonly string[],
  reserved: readonly string[] = [],
): Promise<ResolvedProject> {
  const project = await folderFor(said, roots, remoteRoots);
  if (!project.ok) return project;
  for (const own of await Promise.all(reserved.map(real)))
    if (isInside(own, project.path) || isInside(project.path, own))
      return no(
        'own_folder',
        `${project.path} holds or lies in ${own}, which is TARS' own: no task may change what it runs by. Choose another.`,
      );
  return project;
}

async function folderFor(said: string, roots: readonly string[], remoteRoots: readonly string[]): Promise<ResolvedProject> {
  if (/\p{Cc}/u.test(said)) return no('bad_project_name', 'The name of a project folder cannot hold control characters.');
  const expanded = said === '~' || said.startsWith('~/') ? join(homedir(), said.slice(1)) : said;
  if (!isAbsolute(expanded)) return byName(expanded, roots);
  const path = await real(resolve(expanded));
  const realRoots = await Promise.all(roots.map(real));
  if (!realRoots.some((root) => isInside(root, path))) {
    if (remoteRoots.some((root) => isInside(root, path))) return { ok: true, path, created: false };
    return no(
      'outside_roots',
      `${said} lies outside the project roots (${roots.join(', ')}). Choose a folder inside, or add a root to PROJECTS_ROOT.`,
    );
  }
  const kind = await kindOf(path);
  if (kind === 'folder') return { ok: true, path, created: false };
  if (kind === 'other') return no('not_a_folder', `${said} is a file, not a project folder.`);
  if (!realRoots.includes(dirname(path)))
    return no('project_missing', `There is no folder ${said}. Create it first, or name one that exists.`);
  return made(path);
}

async function byName(name: string, roots: readonly string[]): Promise<ResolvedProject> {
  if (name !== basename(name) || name === '..' || name === '.')
    return no('bad_project_name', `${name} is neither an absolute path nor a folder's name.`);
  const wanted = simplified(name);
  const lists = await Promise.all(
    roots.map(async (root) => {
      const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => join(root, entry.name));
    }),
  );
  const folders = lists.flat();
  const exact = folders.filter((folder) => basename(folder) === name);
  const matches = exact.length > 0 ? exact : folders.filter((folder) => simplified(basename(folder)) === wanted);
  const [only, second] = matches;
  if (second !== undefined)
    return no('ambiguous_project', `Several projects are called ${name}: ${matches.join(', ')}. Say which one by its path.`);
  if (only !== undefined) return { ok: true, path: await real(only), created: false };
  const [root] = roots;
  if (root === undefined) return no('no_roots', 'No project roots are set. Set PROJECTS_ROOT to the folder that holds your projects.');
  return made(join(await real(root), name));
}

/** A new folder; where something else has the name, or the system will not have it, a sentence instead. */
async function made(path: string): Promise<ResolvedProject> {
  if ((await kindOf(path)) === 'other') return no('not_a_folder', `${path} is a file, not a project folder.`);
  try {
    await mkdir(path);
    return { ok: true, path, created: true };
  } catch (error) {
    if ((await kindOf(path)) === 'folder') return { ok: true, path, created: false };
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return no('cannot_create', `The folder ${path} could not be made${why}. Make it yourself, or name one that exists.`);
  }
}

/** "my calculator" and `my_calculator` mean the same folder. */
const simplified = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '-');

/** The real path; for what does not exist yet, its nearest existing parent's real path and the rest. */
async function real(path: string): Promise<string> {
  const found = await realpath(path).catch(() => null);
  if (found !== null) return found;
  const parent = dirname(path);
  return parent === path ? path : join(await real(parent), basename(path));
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'missing'> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 'missing';
  return found.isDirectory() ? 'folder' : 'other';
}

const no = (reason: Problem, message: string): ResolvedProject => ({ ok: false, reason, message, say: SPOKEN[reason] });
