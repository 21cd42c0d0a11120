// The wall by sandbox-runtime: bubblewrap on Linux, Seatbelt on macOS. One per process, because it keeps its state in its module.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { detached } from './command-loop.js';
import { findExecutable } from './executable.js';
import { guardedPaths } from './hidden-paths.js';
import { outputsIn } from './output-folder.js';
import { pnpmLocks } from './package-tools.js';
import type { Sandbox, SandboxOptions } from './sandbox.js';

export async function openSandboxRuntime(options: SandboxOptions): Promise<Sandbox> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  if (!SandboxManager.isSupportedPlatform()) throw new Error(`${process.platform} has no sandbox`);
  // The runtime protects dot files of the current folder by creating them while it lives: not in the owner's project.
  const elsewhere = join(options.stateDir, 'sandbox');
  for (const folder of [elsewhere, outputsIn(options.stateDir), pnpmLocks()]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    await inFolder(elsewhere, () => SandboxManager.initialize(wallsOf(options)));
  } catch (error) {
    await SandboxManager.reset();
    throw error;
  }
  return {
    kind: 'sandbox-runtime',
    wrap: async (command) => detached(await inFolder(elsewhere, () => SandboxManager.wrapWithSandbox(command, 'bash'))),
    async close() {
      SandboxManager.cleanupAfterCommand();
      await SandboxManager.reset();
    },
  };
}

function wallsOf({ projectDir, tempDir, stateDir, allowedDomains, hidden, readable = [] }: SandboxOptions): SandboxRuntimeConfig {
  const guarded = guardedPaths(projectDir);
  const [bwrapPath, socatPath] = [findExecutable('bwrap'), findExecutable('socat')];
  return {
    network: { allowedDomains: [...allowedDomains], deniedDomains: [] },
    filesystem: {
      denyRead: [...guarded.hidden, ...hidden].map(literal),
      allowRead: [outputsIn(stateDir), ...readable].map(literal),
      allowWrite: [projectDir, tempDir, pnpmLocks()].map(literal),
      denyWrite: guarded.runByGit.map(literal),
    },
    allowPty: true,
    ...(bwrapPath === null ? {} : { bwrapPath }),
    ...(socatPath === null ? {} : { socatPath }),
  };
}

/** A folder may be named like a pattern. */
const literal = (path: string) => ({ path, literal: true as const });

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}
