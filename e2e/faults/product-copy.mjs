// The built product in a folder of its own: a build that goes on beside a run does not disturb it, and a copy may be broken on purpose.
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = ['core', 'safety', 'api', 'worker', 'notifier'];

/** The folder's `packages` are laid out as here: their links among each other are relative, and lead to the copies. */
export async function copyProduct(folder) {
  await mkdir(folder, { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await Promise.all(PARTS.map((part) => copyPart(join(ROOT, 'packages', part), join(folder, 'packages', part))));
  return folder;
}

/** What is shipped of it, and what it needs. */
async function copyPart(from, to) {
  const { files } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
  const names = ['package.json', 'node_modules', ...files.filter((file) => !file.startsWith('!'))];
  await Promise.all(names.map((name) => cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })));
}
