// What no command of a task may read: the owner's credentials and the project's own secrets.
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isSecretFile } from '../workspace/secret-file.js';

const IN_HOME = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.config/gcloud',
  '.config/gh',
  '.config/git/credentials',
  '.git-credentials',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.password-store',
  '.bash_history',
  '.zsh_history',
];

export function hiddenPaths(projectDir: string): string[] {
  const secrets = readdirSync(projectDir, { withFileTypes: true }).filter((entry) => entry.isFile() && isSecretFile(entry.name));
  return [...IN_HOME.map((path) => join(homedir(), path)), ...secrets.map(({ name }) => join(projectDir, name))];
}
