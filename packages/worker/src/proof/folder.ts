// One folder of a project, as those who look for checks see it.
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findExecutable } from '../shell/executable.js';

export type Folder = {
  path: string;
  names: ReadonlySet<string>;
  /** The text of a file in it; empty where there is none. */
  read(name: string): Promise<string>;
  /** A program the project brings along, by its path from here. */
  holds(program: string): Promise<boolean>;
  /** Files of such a path from here, from the folder down. */
  files(pattern: RegExp): Promise<string[]>;
};

/** Where no work of the project lies: dependencies, and what tools make. */
export const NOT_A_PART = /^(\.|node_modules$|dist$|build$|target$|venv$|vendor$|third_party$|__pycache__$|bin$|obj$)/;
const DEEPEST = 5;

export async function lookAt(path: string): Promise<Folder> {
  const names = new Set(await readdir(path).catch(() => []));
  let all: Promise<string[]> | null = null;
  return {
    path,
    names,
    read: (name) => readFile(join(path, name), 'utf8').catch(() => ''),
    holds: (program) =>
      access(join(path, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    async files(pattern) {
      all ??= below(path, path, 0);
      return (await all).filter((name) => pattern.test(name));
    },
  };
}

async function below(root: string, path: string, depth: number): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const full = join(path, entry.name);
      if (entry.isDirectory()) return NOT_A_PART.test(entry.name) || depth === DEEPEST ? [] : below(root, full, depth + 1);
      return entry.isFile() ? [relative(root, full)] : [];
    }),
  );
  return found.flat().sort();
}

/** Null where the program is installed, else what to say of it. */
export const missing = (program: string): string | null => (findExecutable(program) === null ? `${program} is not installed` : null);
