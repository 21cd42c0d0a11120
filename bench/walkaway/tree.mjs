// A folder as bytes on disk: every file, folder and link with its mode and content, without git's own.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Path → what it is. */
export function treeOf(root, path = '') {
  const looks = new Map();
  for (const name of readdirSync(join(root, path)).sort()) {
    if (name === '.git') continue;
    const at = join(path, name);
    const stats = lstatSync(join(root, at));
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) looks.set(at, `link ${readlinkSync(join(root, at))}`);
    else if (stats.isDirectory()) {
      looks.set(at, `folder ${mode}`);
      for (const [below, look] of treeOf(root, at)) looks.set(below, look);
    } else
      looks.set(
        at,
        `file ${mode} ${createHash('sha256')
          .update(readFileSync(join(root, at)))
          .digest('hex')}`,
      );
  }
  return looks;
}
