// What one approved command gets beyond the sandbox, and how that is told to the owner.

export type Access =
  | { kind: 'usual' }
  /** A git remote: its host and port, and the owner's credentials for it. `host` is what is connected to. */
  | { kind: 'remote'; protocol: 'ssh' | 'https' | 'http'; url: string; host: string; port: number }
  /** One folder outside the project, to write in. */
  | { kind: 'folder'; path: string }
  /** One loopback port of this machine. */
  | { kind: 'port'; port: number }
  | { kind: 'outside' };

export const USUAL: Access = { kind: 'usual' };

/** One line for each thing, as the ask shows it; none where the command gets nothing more. */
export function accessWords(access: Access): string[] {
  switch (access.kind) {
    case 'usual':
      return [];
    case 'remote':
      return [`the network to ${access.host}, port ${access.port}`, `your git credentials for ${access.host}`];
    case 'folder':
      return [`writing in ${access.path}`];
    case 'port':
      return [`port ${access.port} of this machine`];
    case 'outside':
      return ['a run outside the sandbox, with all that your user may do'];
  }
}
