// A snapshot with some files replaced, as an archive: for a copy of the project that is laid out elsewhere.
import { randomUUID } from 'node:crypto';
import { type ObjectStore, oidOf, type Stored } from './object-store.js';

/** What is laid over: contents stored already, or texts. Paths are from the project's folder. */
export type Replacements = {
  removed: readonly string[];
  written: ReadonlyMap<string, { mode: string; oid: string } | { mode: string; text: string }>;
};

export async function archiveSnapshot(
  store: ObjectStore,
  snapshot: string,
  { removed, written }: Replacements,
  file: string,
): Promise<void> {
  if (removed.length + written.size === 0) return store.archive(snapshot, file);
  const writing = store.write();
  const stored = new Map<string, Stored>();
  for (const [path, what] of written) {
    if ('oid' in what) {
      stored.set(path, what);
      continue;
    }
    const bytes = Buffer.from(what.text, 'utf8');
    await writing.content(bytes);
    stored.set(path, { mode: what.mode, oid: oidOf(bytes) });
  }
  // No snapshot of the task: nothing lists it, and the next thinning out forgets it.
  await store.archive(await writing.commit({ from: snapshot, message: randomUUID(), removed, written: stored }), file);
}
