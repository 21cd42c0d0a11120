// Where the contents of snapshots lie: a bare git repository of our own, outside the project, written in packs.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, git, spawnGit } from './git.js';

/** Files are stored and compared byte for byte, whatever the project's own attributes say. */
const ATTRIBUTES = '* -text -filter -ident -working-tree-encoding -export-ignore -export-subst\n';

const AT_ONCE = 256 * 1024;

/** `mode` as git writes it: 100644, 100755 or 120000. */
export type Stored = { mode: string; oid: string };

export type Commit = {
  /** The commit this one differs from; null for the first. */
  from: string | null;
  message: string;
  removed: readonly string[];
  written: ReadonlyMap<string, Stored>;
};

export type Writing = {
  content(bytes: Buffer): Promise<void>;
  /** Keeps what was written as a commit, and ends the writing. */
  commit(commit: Commit): Promise<string>;
};

export type ObjectStore = {
  write(): Writing;
  /** All files and links of a commit, and its message. */
  read(commit: string): Promise<{ files: Map<string, Stored>; message: string }>;
  /** Calls back with each content, in the order of `oids`. */
  contents(oids: readonly string[], each: (bytes: Buffer) => Promise<void>): Promise<void>;
  /** Lines added and removed per path; null for binary files. */
  numbers(from: string, to: string): Promise<Map<string, { insertions: number; deletions: number } | null>>;
  patch(from: string, to: string, paths: readonly string[]): Promise<string>;
  /** All files of a commit as a tar archive. */
  archive(commit: string, file: string): Promise<void>;
  bytes(): Promise<number>;
  /** Forgets every commit but these. */
  keep(commits: ReadonlySet<string>): Promise<void>;
};

/** The name git gives this content. */
export const oidOf = (bytes: Buffer): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export async function openObjectStore(dir: string): Promise<ObjectStore> {
  const environment: Environment = { GIT_DIR: dir };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // A folder that is no repository yet, or was left half made.
  await stat(join(dir, 'info', 'attributes')).catch(async () => {
    // All that `git init` would make of it, without the time to start a program.
    for (const folder of ['objects', 'refs', 'info']) await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(dir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n');
    await writeFile(join(dir, 'info', 'attributes'), ATTRIBUTES);
  });
  const plumb = (args: readonly string[]) => git(dir, args, environment);
  return {
    write: () => startWriting(dir, environment),
    async read(commit) {
      const [listed, raw] = await Promise.all([plumb(['ls-tree', '-r', '-z', commit]), plumb(['cat-file', 'commit', commit])]);
      const files = new Map<string, Stored>();
      for (const row of listed.split('\0')) {
        const tab = row.indexOf('\t');
        const [mode, , oid] = row.slice(0, Math.max(0, tab)).split(' ');
        if (mode !== undefined && oid !== undefined) files.set(decoded(row.slice(tab + 1)), { mode, oid });
      }
      return { files, message: raw.slice(raw.indexOf('\n\n') + 2) };
    },
    contents: (oids, each) => readContents(dir, environment, oids, each),
    async numbers(from, to) {
      const rows = (await plumb(['diff-tree', '-r', '-z', '--no-renames', '--numstat', from, to])).split('\0');
      return new Map(
        rows.flatMap((row) => {
          const [insertions, deletions, ...path] = row.split('\t');
          if (insertions === undefined || deletions === undefined) return [];
          return [[decoded(path.join('\t')), insertions === '-' ? null : { insertions: Number(insertions), deletions: Number(deletions) }]];
        }),
      );
    },
    patch: (from, to, paths) =>
      git(dir, ['diff-tree', '-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', from, to, '--', ...paths.map(encoded)], {
        ...environment,
        GIT_LITERAL_PATHSPECS: '1',
      }),
    async archive(commit, file) {
      await plumb(['archive', '--format=tar', `--output=${file}`, commit]);
    },
    async bytes() {
      const folder = join(dir, 'objects', 'pack');
      const names = await readdir(folder).catch(() => []);
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    async keep(commits) {
      const rows = (await plumb(['for-each-ref', '--format=%(objectname) %(refname)'])).split('\n').filter((row) => row !== '');
      const gone = rows.flatMap((row) => (commits.has(row.slice(0, 40)) ? [] : [row.slice(41)]));
      for (const ref of gone) await plumb(['update-ref', '-d', ref]);
      await plumb(['repack', '-a', '-d', '-q', '--window=0']);
    },
  };
}

/** Git stores no folder called `.git`; repositories within the project are kept under a name that it does. */
const encoded = (path: string): string => path.replace(/(^|\/)(\.git@*)(?=\/|$)/gi, '$1$2@');
const decoded = (path: string): string => path.replace(/(^|\/)(\.git@*)@(?=\/|$)/gi, '$1$2');

const quoted = (path: string): string => `"${encoded(path).replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;

function startWriting(dir: string, environment: Environment): Writing {
  const importer = spawnGit(
    dir,
    ['-c', 'fastimport.unpackLimit=1', '-c', 'core.compression=1', 'fast-import', '--quiet', '--done', '--depth=0'],
    environment,
  );
  let said = '';
  let complaint = '';
  importer.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  importer.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // Its end says what went wrong.
  importer.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve, reject) => importer.once('error', reject).once('close', resolve));
  ended.catch(() => {});
  let waiting: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    if (importer.stdin.write(bytes) || importer.stdin.destroyed) return;
    await Promise.race([once(importer.stdin, 'drain'), ended]);
  };
  /** Many small pieces go as one. */
  const send = async (piece: string | Buffer): Promise<void> => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
    waiting.push(bytes);
    size += bytes.length;
    if (size >= AT_ONCE) await flush();
  };
  const data = async (bytes: Buffer): Promise<void> => {
    await send(`data ${bytes.length}\n`);
    await send(bytes);
    await send('\n');
  };
  return {
    async content(bytes) {
      await send('blob\n');
      await data(bytes);
    },
    async commit({ from, message, removed, written }) {
      const seconds = Math.floor(Date.now() / 1_000);
      await send(
        `commit refs/snapshots/${process.hrtime.bigint()}-${process.pid}\nmark :1\ncommitter TARS <tars@localhost> ${seconds} +0000\n`,
      );
      await data(Buffer.from(message, 'utf8'));
      if (from !== null) await send(`from ${from}\n`);
      for (const path of removed) await send(`D ${quoted(path)}\n`);
      for (const [path, { mode, oid }] of written) await send(`M ${mode} ${oid} ${quoted(path)}\n`);
      await send('\nget-mark :1\ndone\n');
      await flush();
      importer.stdin.end();
      const code = await ended;
      const commit = said.trim();
      if (code !== 0 || !/^[0-9a-f]{40}$/.test(commit))
        throw new Error(`The snapshot could not be stored: ${complaint.trim() || `git ended with ${code}`}`);
      return commit;
    },
  };
}

async function readContents(
  dir: string,
  environment: Environment,
  oids: readonly string[],
  each: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  if (oids.length === 0) return;
  const reader = spawnGit(dir, ['cat-file', '--batch'], environment);
  reader.stdin.on('error', () => {});
  reader.stdin.end(`${oids.join('\n')}\n`);
  let rest = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of reader.stdout) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (;;) {
      const line = rest.indexOf('\n');
      if (line === -1) break;
      const [oid, , size] = rest.subarray(0, line).toString('latin1').split(' ');
      if (oid !== oids[at] || size === undefined) throw new Error(`The snapshot has lost ${oids[at] ?? 'a content'}.`);
      const end = line + 1 + Number(size);
      if (rest.length <= end) break;
      await each(rest.subarray(line + 1, end));
      rest = rest.subarray(end + 1);
      at++;
    }
  }
  if (at !== oids.length) throw new Error(`The snapshot has lost ${oids[at] ?? 'a content'}.`);
}
