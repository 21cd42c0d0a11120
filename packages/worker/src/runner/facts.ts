// What the safety rules may know of the project's files.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const LARGEST_SCRIPT = 64 * 1024;

export function factsAbout(project: string) {
  return {
    exists: (path: string) => existsSync(path),
    isTracked(path: string): boolean {
      try {
        execFileSync('git', ['-c', 'core.fsmonitor=false', '-C', project, 'ls-files', '--error-unmatch', '--', path], {
          stdio: 'ignore',
          timeout: 2_000,
        });
        return true;
      } catch {
        return false;
      }
    },
    readScript(path: string): string | null {
      try {
        return statSync(path).size > LARGEST_SCRIPT ? null : readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
  };
}
