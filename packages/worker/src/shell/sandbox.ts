// The wall round one task's shell: what every implementation promises, and which one a machine gets.
import { openBubblewrap } from './bubblewrap.js';
import { findExecutable } from './executable.js';
import { openSandboxRuntime } from './sandbox-runtime.js';

export type SandboxWish = 'auto' | 'required' | 'off';
export type SandboxKind = 'bubblewrap' | 'sandbox-runtime';

/** What one wall leaves open beyond the usual, because the owner said yes to it. */
export type Opening = {
  /** A host and port, wherever it lies. */
  place: { host: string; port: number } | null;
  /** Loopback ports of this machine. */
  ports: readonly number[];
  readable: readonly string[];
  writable: readonly string[];
};

export const NOTHING_MORE: Opening = { place: null, ports: [], readable: [], writable: [] };

export type SandboxOptions = {
  projectDir: string;
  tempDir: string;
  stateDir: string;
  /** Exact hosts, or `*.suffix`. */
  allowedDomains: readonly string[];
  /** Addresses and ranges that allowed names may lead to although they are private. */
  privateAddresses: readonly string[];
  /** More that must not be read, such as the folder of the signing keys; whole outputs and `tempDir` below it stay readable. */
  hidden: readonly string[];
  /** What may be read although it lies within that. */
  readable?: readonly string[];
};

export type Program = { file: string; args: string[] };

export type Sandbox = {
  readonly kind: SandboxKind;
  /** The bash command as a program that runs it inside the wall, without a controlling terminal. */
  wrap(command: string): Promise<Program>;
  close(): Promise<void>;
};

export class SandboxRequiredError extends Error {
  readonly code = 'sandbox_required';
  constructor(reason: string) {
    super(
      `Commands may only run in a sandbox here (SANDBOX=required), but there is none: ${reason}. ` +
        'On Debian or Ubuntu: apt-get install bubblewrap socat. SANDBOX=auto runs without one where there is none.',
    );
  }
}

/** What both are made of on Linux; macOS brings everything. */
const PARTS = process.platform === 'linux' ? ['bwrap', 'socat'] : [];

export const usualKind = (): SandboxKind => (process.platform === 'linux' ? 'bubblewrap' : 'sandbox-runtime');

/** What this machine lacks for a sandbox, by what is installed; null when nothing. */
export async function whyNoSandbox(kind: SandboxKind = usualKind()): Promise<string | null> {
  if (process.platform !== 'linux' && kind === 'bubblewrap') return `bubblewrap is only for Linux, this is ${process.platform}`;
  if (!['linux', 'darwin'].includes(process.platform)) return `${process.platform} has no sandbox`;
  const missing = PARTS.filter((name) => findExecutable(name) === null);
  return missing.length === 0 ? null : `${missing.join(' and ')} cannot be found`;
}

/** Null and the reason where this machine has no such sandbox. Only bubblewrap can leave something open. */
export async function openSandbox(
  kind: SandboxKind,
  options: SandboxOptions,
  opening: Opening = NOTHING_MORE,
): Promise<{ sandbox: Sandbox } | { sandbox: null; reason: string }> {
  const reason = await whyNoSandbox(kind);
  if (reason !== null) return { sandbox: null, reason };
  try {
    return { sandbox: kind === 'bubblewrap' ? await openBubblewrap(options, opening) : await openSandboxRuntime(options) };
  } catch (error) {
    return { sandbox: null, reason: error instanceof Error ? error.message : String(error) };
  }
}
