// The branch the owner's project is on; null where it is none or there is no repository.
import { git } from './git.js';

export async function projectBranch(projectDir: string): Promise<string | null> {
  const name = await git(projectDir, ['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => '');
  return name.trim() === '' ? null : name.trim();
}
