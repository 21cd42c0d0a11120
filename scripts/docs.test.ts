import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = [
  ...readdirSync(ROOT),
  ...['docs', 'bench', 'deploy'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  ),
  ...['packages', 'apps', 'examples'].flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}/README.md`)),
].filter((name) => name.endsWith('.md') && existsSync(join(ROOT, name)));

/** The anchor of a heading, as hosts of repositories make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test.each(pages)('%s links only to what is there', (page) => {
  const missing = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(([, path = '', part]) => {
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return part !== undefined && ![...read(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchor(heading) === part);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

test('every test that the table of promises names is there', () => {
  const named = [...read('docs/promises.md').matchAll(/`([\w./-]+\.test\.ts)` › (.+?)(?= · | \||, `|$)/gm)];
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(
    ([, file = '', words = '']) => !existsSync(join(ROOT, file)) || !read(file).replaceAll("\\'", "'").includes(words),
  );
  expect(missing.map(([, file, words]) => `${file} › ${words}`)).toEqual([]);
});

test('every row of the table of promises is shown by something', () => {
  const rows = read('docs/promises.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| promise') && !line.startsWith('| what'));
  expect(rows.filter((row) => !/^\| .+ \| .+ \|$/.test(row))).toEqual([]);
});
