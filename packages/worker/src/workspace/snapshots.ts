// Snapshots of a project: taken by looking only at what changed since the last one, and read back whole.
import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { LARGEST_FILE, type LeftOut, type Why } from './left-out.js';
import { manifestOf, readManifest, treeOf } from './manifest.js';
import { type ObjectStore, oidOf, openObjectStore, type Stored, type Writing } from './object-store.js';
import type { Entry, Tree } from './tree.js';
import { type Seen, walk } from './walk.js';

export type Snapshot = { id: string; tree: Tree; leftOut: readonly LeftOut[] };

export type Snapshots = {
  store: ObjectStore;
  /** The project as it is now; the last snapshot itself when nothing has changed since. */
  take(): Promise<Snapshot>;
  read(id: string): Promise<Snapshot>;
  /** Lets the next process take its first snapshot as quickly as this one its next. */
  remember(): Promise<void>;
};

/** Where those of a task are kept. */
export const snapshotsIn = (taskDir: string): string => join(taskDir, 'snapshots');

/** A file that changed this shortly before it was looked at may change again without looking different. */
const TOO_FRESH_MS = 50;

/** Opens this many files before others get their turn. */
const OPENED_AT_A_TIME = 100;

type Known = { seen: Seen; oid: string; isSure: boolean };
type Last = { snapshot: Snapshot; known: Map<string, Known> };

export async function openSnapshots({ projectDir, dir }: { projectDir: string; dir: string }): Promise<Snapshots> {
  const store = await openObjectStore(join(dir, 'objects.git'));
  const memory = join(dir, 'seen.json');
  let last: Last | null = null;

  const read = async (id: string): Promise<Snapshot> => {
    if (last?.snapshot.id === id) return last.snapshot;
    const { files, message } = await store.read(id);
    const manifest = readManifest(message);
    return { id, tree: treeOf(files, manifest), leftOut: manifest.leftOut };
  };

  const recall = async (): Promise<Last | null> => {
    try {
      const { id, known } = JSON.parse(await readFile(memory, 'utf8')) as { id: string; known: [string, Known][] };
      return { snapshot: await read(id), known: new Map(known) };
    } catch {
      // Nothing is lost without it but time.
      return null;
    }
  };

  const take = async (): Promise<Snapshot> => {
    last ??= await recall();
    const before = last;
    const startedAt = Date.now();
    const { seen, leftOut } = await walk(projectDir);
    const tree = new Map<string, Entry>();
    const known = new Map<string, Known>();
    const written = new Map<string, Stored>();
    let writing: Writing | null = null;
    let opened = 0;
    for (const [path, what] of seen) {
      if (what.kind === 'folder') {
        tree.set(path, { kind: 'folder', mode: what.mode });
        continue;
      }
      const earlier = before?.known.get(path);
      if (earlier?.isSure && looksSame(earlier.seen, what)) known.set(path, earlier);
      else {
        const content = contentOf(`${projectDir}/${path}`, what);
        if (typeof content === 'string') {
          if (content !== 'gone') leftOut.push({ path, why: content });
          continue;
        }
        if (++opened % OPENED_AT_A_TIME === 0) await breathe();
        const oid = oidOf(content.bytes);
        known.set(path, { seen: what, oid, isSure: content.isSteady && what.ctimeMs < startedAt - TOO_FRESH_MS });
        if (earlier?.oid !== oid) {
          writing ??= store.write();
          await writing.content(content.bytes);
        }
      }
      const oid = known.get(path)?.oid ?? '';
      const entry: Entry = what.kind === 'link' ? { kind: 'link', oid } : { kind: 'file', mode: what.mode, oid };
      tree.set(path, entry);
      const mode = gitMode(entry);
      const earlierEntry = before?.snapshot.tree.get(path);
      if (earlier?.oid !== oid || earlierEntry === undefined || gitMode(earlierEntry) !== mode) written.set(path, { mode, oid });
    }

    const removed: string[] = [];
    for (const [path, entry] of before?.snapshot.tree ?? []) {
      const now = tree.get(path);
      if (entry.kind !== 'folder' && (now === undefined || now.kind === 'folder')) removed.push(path);
    }
    const message = JSON.stringify(manifestOf(tree, leftOut));
    const isUnchanged =
      before !== null &&
      removed.length + written.size === 0 &&
      JSON.stringify(manifestOf(before.snapshot.tree, before.snapshot.leftOut)) === message;
    const id = isUnchanged
      ? before.snapshot.id
      : await (writing ?? store.write()).commit({ from: before?.snapshot.id ?? null, message, removed, written });
    last = { snapshot: { id, tree, leftOut }, known };
    return last.snapshot;
  };

  let taking: Promise<unknown> = Promise.resolve();
  return {
    store,
    read,
    take() {
      const taken = taking.then(take);
      taking = taken.catch(() => {});
      return taken;
    },
    async remember() {
      await taking;
      if (last === null) return;
      const draft = `${memory}.${process.pid}`;
      await writeFile(draft, JSON.stringify({ id: last.snapshot.id, known: [...last.known] }), { mode: 0o600 });
      await rename(draft, memory);
    },
  };
}

export const gitMode = (entry: Entry): string =>
  entry.kind === 'link' ? '120000' : entry.kind === 'file' && (entry.mode & 0o100) !== 0 ? '100755' : '100644';

const looksSame = (one: Seen, other: Seen): boolean =>
  one.kind === other.kind &&
  one.size === other.size &&
  one.mtimeMs === other.mtimeMs &&
  one.ctimeMs === other.ctimeMs &&
  one.ino === other.ino &&
  one.mode === other.mode;

type Content = { bytes: Buffer /** It was not changed meanwhile. */; isSteady: boolean };

/** What lies there by now; a file that is being written gives what it has so far. */
function contentOf(path: string, seen: Seen): Content | Why | 'gone' {
  try {
    if (seen.kind === 'link') return { bytes: readlinkSync(path, { encoding: 'buffer' }), isSteady: true };
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return 'special';
      if (stats.size > LARGEST_FILE) return 'large';
      const bytes = readFileSync(file);
      return { bytes, isSteady: stats.ino === seen.ino && stats.ctimeMs === seen.ctimeMs && bytes.length === seen.size };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
