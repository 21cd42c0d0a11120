// Files that may have been meant by a path that leads nowhere: of the same name elsewhere, or of nearly the same.
import { basename, extname } from 'node:path';
import { filesBelow } from '../workspace/project-files.js';

const MOST_LOOKED_AT = 5_000;
const MOST_NAMED = 3;
/** Of the letters of the longer name, so many may differ. */
const DIFFERENT_SHARE = 0.34;

/** The nearest first. */
export async function nearNames(projectDir: string, path: string): Promise<string[]> {
  const sought = basename(path).toLowerCase();
  if (sought === '') return [];
  const found: { file: string; distance: number }[] = [];
  let looked = 0;
  for await (const file of filesBelow(projectDir, '')) {
    if (++looked > MOST_LOOKED_AT) break;
    const name = basename(file).toLowerCase();
    const isSameButEnding = bare(name) === bare(sought);
    const distance = isSameButEnding ? (name === sought ? 0 : 1) : lettersBetween(name, sought);
    const most = Math.floor(Math.max(name.length, sought.length) * DIFFERENT_SHARE);
    if (distance <= most) found.push({ file, distance: distance * 1_000 + lettersBetween(file, path) });
  }
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NAMED)
    .map(({ file }) => file);
}

const bare = (name: string): string => name.slice(0, name.length - extname(name).length);

/** How many letters must be put in, taken out or changed. */
function lettersBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
