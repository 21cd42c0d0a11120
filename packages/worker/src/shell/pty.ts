// The terminal library, whichever of the two builds can be loaded here.
import type { IPty, IPtyForkOptions } from '@lydell/node-pty';

export type Pty = IPty;
export type SpawnPty = (file: string, args: string[], options: IPtyForkOptions) => Pty;

/** node-pty is compiled on Linux where a compiler is; @lydell/node-pty is the same code, prebuilt. */
export async function loadPty(): Promise<SpawnPty> {
  try {
    return (await import('node-pty')).spawn;
  } catch {
    return (await import('@lydell/node-pty')).spawn;
  }
}
