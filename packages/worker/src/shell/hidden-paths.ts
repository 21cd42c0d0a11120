// What no command of a task may read: the owner's credentials and the project's own secrets; and what none may write: what git would run.
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isSecretFile } from '../workspace/secret-file.js';

/** Credentials and shell histories, from the home folder. */
const IN_HOME = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.oci',
  '.config/gcloud',
  '.config/gh',
  '.config/glab-cli',
  '.config/hub',
  '.config/doctl',
  '.config/op',
  '.config/rclone',
  '.config/containers/auth.json',
  '.config/git/credentials',
  '.config/tars',
  '.local/share/keyrings',
  '.git-credentials',
  '.netrc',
  '.npmrc',
  '.yarnrc.yml',
  '.pypirc',
  '.pgpass',
  '.my.cnf',
  '.vault-token',
  '.terraform.d/credentials.tfrc.json',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.m2/settings.xml',
  '.gradle/gradle.properties',
  '.password-store',
  '.claude.json',
  '.claude/.credentials.json',
  '.bash_history',
  '.zsh_history',
  '.history',
  '.python_history',
  '.node_repl_history',
  '.psql_history',
  '.mysql_history',
  '.rediscli_history',
  '.sqlite_history',
  '.local/share/fish/fish_history',
  'Library/Keychains',
];

/** What only root can read outside, and what a worker that runs as root could therefore read too. */
const OF_THE_MACHINE = ['/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/sudoers.d', '/etc/ssl/private', '/root/.ssh'];

/** Folders without the owner's own files, and too big to walk. */
const NOT_SEARCHED = new Set(['node_modules', '.venv', 'venv', '__pycache__']);
/** A project of more folders than this is searched so far and no further. */
const MOST_FOLDERS = 20_000;

export type Guarded = {
  /** Not to be read: those that are there when the wall is built; it cannot be added to later. */
  hidden: string[];
  /** Not to be written: hooks and settings that git would run for the owner later, outside the wall. */
  runByGit: string[];
};

export const ownersCredentials = (): string[] => [...IN_HOME.map((path) => join(homedir(), path)), ...OF_THE_MACHINE];

export function guardedPaths(projectDir: string): Guarded {
  const { files, repositories } = survey(projectDir);
  return {
    hidden: [...ownersCredentials(), ...secretsAmong(files)],
    runByGit: repositories.flatMap((git) => [join(git, 'hooks'), join(git, 'config')]),
  };
}

type File = { path: string; name: string };

/** All files, and the folders in which git keeps repositories: the project's own, nested ones and submodules. */
function survey(root: string): { files: File[]; repositories: string[] } {
  const files: File[] = [];
  const repositories: string[] = [];
  const folders = [root];
  for (let at = 0; at < folders.length && at < MOST_FOLDERS; at++) {
    const folder = folders[at] ?? root;
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) files.push({ path, name: entry.name });
      else if (entry.name === '.git')
        repositories.push(path, ...entriesOf(join(path, 'modules')).map(({ name }) => join(path, 'modules', name)));
      else if (!NOT_SEARCHED.has(entry.name)) folders.push(path);
    }
  }
  return { files, repositories };
}

/** Secret files anywhere in the project, with whatever a symbolic link among them leads to and other names of the same file. */
function secretsAmong(files: readonly File[]): string[] {
  const secrets = files.filter(({ name }) => isSecretFile(name)).map(({ path }) => path);
  const shared = new Set(secrets.flatMap((path) => inodeIfShared(path) ?? []));
  const others = shared.size === 0 ? [] : files.map(({ path }) => path).filter((path) => shared.has(inodeIfShared(path) ?? ''));
  return [...new Set([...secrets, ...others].map(realOf))];
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone since, or not this user's to look into, and so not a command's either.
    return [];
  }
}

function inodeIfShared(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : null;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
