// The files of a project that are worth a look: not hidden, not ignored, neither secret nor made by tools.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type IgnoreRules, ignoreRules } from './ignore-rules.js';
import { TOOL_FOLDERS } from './left-out.js';
import { isSecretFile } from './secret-file.js';

export type Entry = { name: string /** From the project's folder, with slashes. */; path: string; isFolder: boolean };
export type Looked = { entries: Entry[] /** Those that hold below. */; rules: IgnoreRules };

/** What is in one folder, in the order of the names. A folder that cannot be read holds nothing. */
export async function lookInto(projectDir: string, folder: string, above: IgnoreRules): Promise<Looked> {
  const found = await readdir(join(projectDir, folder), { withFileTypes: true }).catch(() => []);
  const rules = await above.within(folder, new Set(found.map(({ name }) => name)));
  const entries = found.flatMap((entry): Entry[] => {
    const { name } = entry;
    const isFolder = entry.isDirectory();
    const path = folder === '' ? name : `${folder}/${name}`;
    if (name.startsWith('.') || isSecretFile(name) || !(isFolder || entry.isFile())) return [];
    return (isFolder && TOOL_FOLDERS.has(name)) || rules.leavesOut(path, isFolder) ? [] : [{ name, path, isFolder }];
  });
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), rules };
}

/**
 * The paths of all files in a folder and below it, in the order of their names. Of a folder that is left out itself, by its name or by a
 * rule on the way to it, all that is not hidden: whoever names it wants to see it.
 */
export async function* filesBelow(projectDir: string, folder: string): AsyncGenerator<string> {
  yield* below(projectDir, folder, (await rulesAbove(projectDir, folder)) ?? NO_RULES);
}

const NO_RULES: IgnoreRules = { leavesOut: () => false, within: async () => NO_RULES };

async function* below(projectDir: string, folder: string, above: IgnoreRules): AsyncGenerator<string> {
  const { entries, rules } = await lookInto(projectDir, folder, above);
  for (const { path, isFolder } of entries) {
    if (isFolder) yield* below(projectDir, path, rules);
    else yield path;
  }
}

/** The rules of the folders on the way to this one; null where one of these is left out. */
export async function rulesAbove(projectDir: string, folder: string): Promise<IgnoreRules | null> {
  let rules = ignoreRules(projectDir);
  const steps = folder === '' ? [] : folder.split('/');
  for (const [depth, name] of steps.entries()) {
    const at = steps.slice(0, depth).join('/');
    rules = await rules.within(at, new Set(await readdir(join(projectDir, at)).catch(() => [])));
    const path = at === '' ? name : `${at}/${name}`;
    if (name.startsWith('.') || TOOL_FOLDERS.has(name) || rules.leavesOut(path, true)) return null;
  }
  return rules;
}
