// Where package tools may write inside a sandbox, whose home folder is read-only.
import { join } from 'node:path';

/** What they download goes into the task's own folder: nothing of one task is run by the next, or by the owner. */
export function cachesIn(tempDir: string): Record<string, string> {
  const caches = join(tempDir, 'caches');
  return {
    XDG_CACHE_HOME: caches,
    npm_config_cache: join(caches, 'npm'),
    PNPM_HOME: join(caches, 'pnpm'),
    CARGO_HOME: join(caches, 'cargo'),
    GOPATH: join(caches, 'go'),
  };
}

/** pnpm takes its locks here, whatever TMPDIR says; the folder holds nothing else. */
export const pnpmLocks = (): string => `/tmp/pnpm-store-operation-locks-${process.getuid?.() ?? 0}`;
