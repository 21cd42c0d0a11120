// One place in a copy of the built product, changed on purpose.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `edit`: [file, what stands there, what shall stand there]. */
export async function patch(packages, edit) {
  await writeFile(join(packages, edit[0]), await patched(packages, edit));
}

/** An edit that finds nothing to change would test nothing. */
export async function patched(packages, [file, from, to]) {
  const before = await readFile(join(packages, file), 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`The mutation of ${file} does not apply any more: ${from}`);
  return after;
}
