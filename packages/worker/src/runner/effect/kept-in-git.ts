// Which files could be had back from git. Only git's own lists are read and the files hashed here: a project's filters never run.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { git } from '../../workspace/git.js';
import type { Target } from './targets.js';

export type Kept = { asTheyAre: number; changed: number; untracked: number };

const LARGEST_HASHED = 16 * 1024 * 1024;

/** Of a project whose git cannot be read nothing is kept. */
export async function keptInGit(project: string, files: readonly Target[]): Promise<Kept> {
  const blobs = await indexOf(project);
  const kept: Kept = { asTheyAre: 0, changed: 0, untracked: 0 };
  for (const { path, bytes } of files) {
    const blob = blobs.get(relative(project, path).split(sep).join('/'));
    if (blob === undefined) kept.untracked += 1;
    else if (bytes <= LARGEST_HASHED && (await blobOf(path, blob.length)) === blob) kept.asTheyAre += 1;
    else kept.changed += 1;
  }
  return kept;
}

/** Tracked files that are not as git has them. */
export async function changedFiles(project: string): Promise<number> {
  let changed = 0;
  for (const [name, blob] of await indexOf(project)) if ((await blobOf(`${project}/${name}`, blob.length)) !== blob) changed += 1;
  return changed;
}

/** Path from the project on → the id of its content. */
async function indexOf(project: string): Promise<Map<string, string>> {
  const listed = await git(project, ['ls-files', '-s', '-z']).catch(() => '');
  return new Map(
    listed.split('\0').flatMap((line) => {
      const [, blob, name] = /^\d+ ([0-9a-f]+) \d\t(.+)$/s.exec(line) ?? [];
      return blob === undefined || name === undefined ? [] : [[name, blob] as const];
    }),
  );
}

async function blobOf(path: string, idLength: number): Promise<string | null> {
  const content = await readFile(path).catch(() => null);
  if (content === null) return null;
  return createHash(idLength === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}
