// The wall in bubblewrap's words: what is mounted over what, in which order. A later mount covers an earlier one.
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';

export type Layout = {
  projectDir: string;
  tempDir: string;
  /** Whole outputs of earlier commands. */
  outputs: string;
  /** Not to be read. */
  hidden: readonly string[];
  /** In the project, but not to be written. */
  frozen: readonly string[];
  /** The folder of the socket files that lead out, and where it is seen inside. */
  network: { outside: string; inside: string };
  /** More than usual, because the owner said yes. */
  readable: readonly string[];
  writable: readonly string[];
  /** Whether this bubblewrap can forbid walls within the wall. */
  canForbidNesting: boolean;
};

/** Everybody's folders of sockets and temporary files: each wall has its own, empty ones. */
export const OWN_FOLDERS = ['/tmp', '/var/tmp', '/run'];
/** What may be kept in them; it counts as memory. */
const OWN_FOLDER_BYTES = 1024 * 1024 * 1024;

export function bubblewrapArguments(layout: Layout): string[] {
  const { projectDir, tempDir, outputs, hidden, frozen, network, readable, writable, canForbidNesting } = layout;
  const own = OWN_FOLDERS.filter((folder) => isFolder(folder) && realpathSync(folder) === folder);
  const existing = [...new Set(hidden.flatMap(realIfThere))].filter((path) => path !== sep);
  // Hiding a folder that holds the project comes first, so that the project is seen again.
  const holdsProject = (path: string): boolean => contains(path, projectDir);
  return [
    '--die-with-parent',
    '--new-session',
    '--unshare-all',
    '--unshare-user',
    ...(canForbidNesting ? ['--disable-userns'] : []),
    '--cap-drop',
    'ALL',
    ...['--ro-bind', '/', '/'],
    ...['--dev', '/dev', '--size', String(OWN_FOLDER_BYTES), '--tmpfs', '/dev/shm'],
    ...['--proc', '/proc'],
    ...own.flatMap((folder) => ['--size', String(OWN_FOLDER_BYTES), '--tmpfs', folder]),
    ...programFolders(own).flatMap((folder) => ['--ro-bind', folder, folder]),
    ...existing.filter(holdsProject).flatMap(hide),
    ...['--bind', projectDir, projectDir],
    ...existing.filter((path) => !holdsProject(path)).flatMap(hide),
    ...socketFiles(own)
      .filter((path) => !contains(projectDir, path) && !contains(tempDir, path))
      .flatMap(hide),
    ...frozen.filter(isThere).flatMap((path) => ['--ro-bind', path, path]),
    ...['--bind', tempDir, tempDir],
    ...['--ro-bind', outputs, outputs],
    ...readable.filter(isThere).flatMap((path) => ['--ro-bind', path, path]),
    ...writable.filter(isThere).flatMap((path) => ['--bind', path, path]),
    ...['--ro-bind', network.outside, network.inside],
    // Last, because nothing can be mounted in an empty folder that is read-only.
    ...[...existing.filter(isFolder), '/dev'].flatMap((path) => ['--remount-ro', path]),
    ...['--chdir', projectDir],
  ];
}

const hide = (path: string): string[] => (isFolder(path) ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path]);

/** Programs may lie where sockets and temporary files do. */
function programFolders(own: readonly string[]): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute).filter(isFolder);
  return [...new Set(folders)].filter((folder) => own.some((root) => contains(root, folder) && root !== folder));
}

/** Sockets that programs of this machine listen on: a read-only mount does not stop anybody from connecting to one. */
function socketFiles(own: readonly string[]): string[] {
  const lines = textOf('/proc/net/unix').split('\n').slice(1);
  const names = lines.flatMap((line) => /\s(\/.*)$/.exec(line)?.[1] ?? []);
  const paths = names.flatMap((name) => (name.startsWith('/proc/') ? seenByOthers(name) : [name]));
  return [...new Set(paths.flatMap(realIfThere))].filter((path) => !own.some((root) => contains(root, path)));
}

/**
 * A name below `/proc/self/fd` (what runs containers listens under such) leads somewhere only for the process that gave it: to whichever
 * open folder of whichever process has that number and holds such a file. Any other name below /proc leads nowhere from inside.
 */
function seenByOthers(name: string): string[] {
  const [, descriptor, file] = /^\/proc\/self\/fd\/(\d+)\/([^/]+)$/.exec(name) ?? [];
  if (descriptor === undefined || file === undefined) return [];
  const folders = namesIn('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? targetOf(`/proc/${pid}/fd/${descriptor}`) : []));
  return [...new Set(folders)].map((folder) => join(folder, file)).filter(isThere);
}

/** Whether `path` is `folder` or lies below it. */
export const contains = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const isThere = (path: string): boolean => existsSync(path);
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function realIfThere(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

function targetOf(link: string): string[] {
  try {
    return [readlinkSync(link)].filter(isAbsolute);
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Where the way out lies inside: in a folder that every wall has to itself. */
export const NETWORK_INSIDE = join('/tmp', '.tars-network');
