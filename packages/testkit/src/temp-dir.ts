// A folder that is gone after its use.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TempDir = { path: string; remove(): Promise<void> };

/** Its real path, so that it compares equal with what a process in it calls its working directory. */
export async function tempDir(prefix = 'tars-test-'): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function withTempDir<T>(work: (path: string) => Promise<T>): Promise<T> {
  const dir = await tempDir();
  try {
    return await work(dir.path);
  } finally {
    await dir.remove();
  }
}
