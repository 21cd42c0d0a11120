// Where package tools may write inside a sandbox, whose home folder is read-only.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What they download goes into the task's own folder: nothing of one task is run by the next, or by the owner. */
export function packageSettings(tempDir: string): Record<string, string> {
  const caches = join(tempDir, 'caches');
  return {
    XDG_CACHE_HOME: caches,
    npm_config_cache: join(caches, 'npm'),
    PNPM_HOME: join(caches, 'pnpm'),
    CARGO_HOME: join(caches, 'cargo'),
    GOPATH: join(caches, 'go'),
    MAVEN_OPTS: `-Dmaven.repo.local=${join(caches, 'maven')}`,
    GRADLE_USER_HOME: join(caches, 'gradle'),
    NUGET_PACKAGES: join(caches, 'nuget'),
    DOTNET_CLI_HOME: join(caches, 'dotnet'),
    COMPOSER_HOME: join(caches, 'composer'),
    BUNDLE_USER_HOME: join(caches, 'bundle'),
    ...registryOfNpm(),
  };
}

/** The owner's registry, out of settings that cannot be read inside because they may hold tokens. */
function registryOfNpm(): Record<string, string> {
  const registry = /^registry\s*=\s*(\S+)/m.exec(textOf(join(homedir(), '.npmrc')))?.[1];
  const isPlain = registry !== undefined && URL.canParse(registry) && new URL(registry).username === '';
  return isPlain ? { npm_config_registry: registry } : {};
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** pnpm takes its locks here, whatever TMPDIR says; the folder holds nothing else. */
export const pnpmLocks = (): string => `/tmp/pnpm-store-operation-locks-${process.getuid?.() ?? 0}`;
