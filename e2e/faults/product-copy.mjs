// The built product in a folder of its own: a build that goes on beside a run does not disturb it, and a copy may be broken on purpose.
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = ['core', 'safety', 'api', 'worker', 'notifier'];
const NEEDED = ['package.json', 'bin', 'dist', 'node_modules'];

/** The folder's `packages` are laid out as here: their links among each other are relative, and lead to the copies. */
export async function copyProduct(folder) {
  await mkdir(folder, { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await Promise.all(
    PARTS.flatMap((part) =>
      NEEDED.map((name) =>
        cp(join(ROOT, 'packages', part, name), join(folder, 'packages', part, name), { recursive: true, verbatimSymlinks: true }).catch(
          (error) => {
            // Not every part has a bin.
            if (error.code !== 'ENOENT' || name !== 'bin') throw error;
          },
        ),
      ),
    ),
  );
  return folder;
}
