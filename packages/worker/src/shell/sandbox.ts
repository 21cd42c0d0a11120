// The wall round one task's shell: what it may write, read and reach. One per process, because the runtime keeps its state in its module.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { findExecutable } from './executable.js';
import { hiddenPaths } from './hidden-paths.js';
import { pnpmLocks } from './package-tools.js';

export type SandboxOptions = {
  projectDir: string;
  tempDir: string;
  stateDir: string;
  allowedDomains: readonly string[];
  /** More that must not be read, such as the folder of the signing keys; whole outputs and `tempDir` below it stay readable. */
  hidden: readonly string[];
};

export type Sandbox = {
  /** The command as it runs inside the wall. */
  wrap(command: string): Promise<string>;
  close(): Promise<void>;
};

/** What the runtime is made of on Linux; macOS brings everything. */
const PARTS = process.platform === 'linux' ? ['bwrap', 'socat'] : [];

export class SandboxRequiredError extends Error {
  readonly code = 'sandbox_required';
  constructor(reason: string) {
    super(
      `Commands may only run in a sandbox here (SANDBOX=required), but there is none: ${reason}. ` +
        'On Debian or Ubuntu: apt-get install bubblewrap socat. SANDBOX=auto runs without one where there is none.',
    );
  }
}

/** What commands would run in on this machine, by what is installed. */
export async function sandboxName(wish: 'auto' | 'required' | 'off'): Promise<'sandbox-runtime' | 'none'> {
  return wish === 'off' || (await whyNoSandbox()) !== null ? 'none' : 'sandbox-runtime';
}

/** What this machine lacks for a sandbox; null when nothing. */
export async function whyNoSandbox(): Promise<string | null> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  if (!SandboxManager.isSupportedPlatform()) return `${process.platform} has no sandbox`;
  const missing = PARTS.filter((name) => findExecutable(name) === null);
  return missing.length === 0 ? null : `${missing.join(' and ')} cannot be found`;
}

/** Null and the reason where this machine has no sandbox. */
export async function openSandbox(options: SandboxOptions): Promise<{ sandbox: Sandbox } | { sandbox: null; reason: string }> {
  const reason = await whyNoSandbox();
  if (reason !== null) return { sandbox: null, reason };
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');

  // The runtime protects dot files of the current folder by creating them while it lives: not in the owner's project.
  const elsewhere = join(options.stateDir, 'sandbox');
  for (const folder of [elsewhere, outputsIn(options.stateDir), pnpmLocks()]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    await inFolder(elsewhere, () => SandboxManager.initialize(wallsOf(options)));
  } catch (error) {
    await SandboxManager.reset();
    return { sandbox: null, reason: error instanceof Error ? error.message : String(error) };
  }
  return {
    sandbox: {
      wrap: (command) => inFolder(elsewhere, () => SandboxManager.wrapWithSandbox(command, 'bash')),
      async close() {
        SandboxManager.cleanupAfterCommand();
        await SandboxManager.reset();
      },
    },
  };
}

function wallsOf({ projectDir, tempDir, stateDir, allowedDomains, hidden }: SandboxOptions): SandboxRuntimeConfig {
  const git = join(projectDir, '.git');
  // What git itself would run for the owner later, outside the sandbox.
  const runByGit = statSync(git, { throwIfNoEntry: false })?.isDirectory() ? [join(git, 'hooks'), join(git, 'config')] : [];
  const [bwrapPath, socatPath] = [findExecutable('bwrap'), findExecutable('socat')];
  return {
    network: { allowedDomains: [...allowedDomains], deniedDomains: [] },
    filesystem: {
      denyRead: [...hiddenPaths(projectDir), ...hidden].map(literal),
      allowRead: [outputsIn(stateDir)].map(literal),
      allowWrite: [projectDir, tempDir, pnpmLocks()].map(literal),
      denyWrite: runByGit.map(literal),
    },
    allowPty: true,
    ...(bwrapPath === null ? {} : { bwrapPath }),
    ...(socatPath === null ? {} : { socatPath }),
  };
}

/** Where whole outputs of commands are kept: the model is told to look there. */
export const outputsIn = (stateDir: string): string => join(stateDir, 'output');

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
