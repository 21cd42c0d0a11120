// What the ignore files of a project leave out, as ripgrep reads them: .rgignore before .ignore before .gitignore, the nearest folder first.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

const IGNORE_FILES = ['.rgignore', '.ignore', '.gitignore'] as const;

type Said = { folder: string; by: Partial<Record<(typeof IGNORE_FILES)[number], Ignore>> };

export type IgnoreRules = {
  /** `path` from the project's folder, with slashes; its folders are not ignored themselves. */
  leavesOut(path: string, isFolder: boolean): boolean;
  /** The rules that hold in a folder of the project, given the names in it. */
  within(folder: string, names: ReadonlySet<string>): Promise<IgnoreRules>;
};

export const ignoreRules = (projectDir: string): IgnoreRules => rulesOf(projectDir, []);

/** `said`: the nearest folder first. */
function rulesOf(projectDir: string, said: readonly Said[]): IgnoreRules {
  return {
    leavesOut(path, isFolder) {
      for (const file of IGNORE_FILES) {
        for (const { folder, by } of said) {
          const found = by[file]?.test((folder === '' ? path : path.slice(folder.length + 1)) + (isFolder ? '/' : ''));
          if (found?.ignored || found?.unignored) return found.ignored;
        }
      }
      return false;
    },
    async within(folder, names) {
      const by: Said['by'] = {};
      for (const file of IGNORE_FILES) {
        if (!names.has(file)) continue;
        const text = await readFile(join(projectDir, folder, file), 'utf8').catch(() => '');
        by[file] = ignore({ ignorecase: false }).add(text);
      }
      return Object.keys(by).length === 0 ? this : rulesOf(projectDir, [{ folder, by }, ...said]);
    },
  };
}
