// The files that words of a command stand for: globs expanded, folders walked, up to a bound.
import { lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export type Target = { path: string; bytes: number };
/** `more`: there are others that were not walked. */
export type Targets = { files: Target[]; folders: number; more: boolean };

const MOST_FILES = 20_000;

const isPattern = (word: string): boolean => /[*?[]/.test(word);

const pattern = (segment: string): RegExp =>
  new RegExp(
    `^${segment
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
      .replace(/\[!/g, '[^')}$`,
    's',
  );

/** What bash makes of the word in `folder`; nothing where nothing matches. */
async function expanded(folder: string, word: string): Promise<string[]> {
  if (!isPattern(word)) return [resolve(folder, word)];
  let found = [word.startsWith('/') ? '/' : folder];
  for (const segment of word.split('/').filter((part) => part !== '')) {
    if (!isPattern(segment)) {
      found = found.map((path) => join(path, segment));
      continue;
    }
    const wanted = pattern(segment);
    const matching = async (path: string) => {
      const names = await readdir(path).catch(() => []);
      return names
        .filter((name) => wanted.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
        .map((name) => join(path, name));
    };
    found = (await Promise.all(found.slice(0, MOST_FILES).map(matching))).flat();
  }
  return found;
}

/** Everything at and below the words; links are counted, never followed. */
export async function targetsOf(folder: string, words: readonly string[]): Promise<Targets> {
  const targets: Targets = { files: [], folders: 0, more: false };
  const queue = (await Promise.all(words.map((word) => expanded(folder, word)))).flat();
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (targets.files.length + targets.folders >= MOST_FILES) return { ...targets, more: true };
    const stats = await lstat(path).catch(() => null);
    if (stats === null) continue;
    if (!stats.isDirectory()) {
      targets.files.push({ path, bytes: stats.size });
      continue;
    }
    targets.folders += 1;
    const inside = path;
    queue.push(...(await readdir(inside).catch(() => [])).map((name) => join(inside, name)));
  }
  return targets;
}
