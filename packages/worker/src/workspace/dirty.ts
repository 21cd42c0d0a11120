// What the owner has in the project that no commit holds yet.
import { git } from './git.js';

/** Paths from the project's folder; none where it is no repository. */
export async function uncommitted(projectDir: string): Promise<string[]> {
  const listed = await git(projectDir, ['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all', '--', '.']).catch(
    () => '',
  );
  return listed.split('\0').flatMap((row) => (row.length > 3 ? [row.slice(3)] : []));
}
