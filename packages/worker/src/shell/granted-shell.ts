// A shell for one approved command: a wall of its own with one thing left open, or no wall at all; gone with the command.
import type { Access } from './access.js';
import { gitCredentials } from './git-credentials.js';
import { NOTHING_MORE, type Opening, type Sandbox } from './sandbox.js';
import type { ShellProcess } from './shell-process.js';

export type GrantedShell = { shell: ShellProcess; close(): Promise<void> };

export type Means = {
  open(opening: Opening): Promise<{ sandbox: Sandbox } | { sandbox: null; reason: string }>;
  start(sandbox: Sandbox | null, environment: Readonly<Record<string, string>>): Promise<ShellProcess>;
};

export class NoGrantedShellError extends Error {}

export async function openGrantedShell(access: Access, { open, start }: Means): Promise<GrantedShell> {
  if (access.kind === 'outside') {
    const shell = await start(null, {});
    return { shell, close: async () => shell.release() };
  }
  const { opening, environment } = await unlocked(access);
  const { sandbox, ...rest } = await open(opening);
  if (sandbox === null) throw new NoGrantedShellError('reason' in rest ? rest.reason : '');
  try {
    const shell = await start(sandbox, environment);
    return {
      shell,
      async close() {
        // The wall's first process takes all others with it.
        shell.release();
        await shell.dead;
        await sandbox.close();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

async function unlocked(access: Access): Promise<{ opening: Opening; environment: Readonly<Record<string, string>> }> {
  switch (access.kind) {
    case 'remote': {
      const { environment, readable } = await gitCredentials(access);
      return { opening: { ...NOTHING_MORE, place: { host: access.host, port: access.port }, readable }, environment };
    }
    case 'port':
      return { opening: { ...NOTHING_MORE, ports: [access.port] }, environment: {} };
    case 'folder':
      return { opening: { ...NOTHING_MORE, writable: [access.path] }, environment: {} };
    default:
      return { opening: NOTHING_MORE, environment: {} };
  }
}
