// The pages of the repository as their readers meet them: which there are, the blocks in them, and in those what is to be typed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');
export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const PARENTS = ['packages', 'apps', 'examples', 'deploy', 'bench'];
const folders = PARENTS.flatMap((parent) => [
  parent,
  ...readdirSync(join(ROOT, parent))
    .map((name) => `${parent}/${name}`)
    .filter((path) => statSync(join(ROOT, path)).isDirectory()),
]);

const pagesIn = (folder: string, recursive = false): string[] =>
  readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** Every page, as seen from the repository's root. */
export const PAGES: readonly string[] = [...pagesIn('.'), ...pagesIn('docs', true), ...folders.flatMap((folder) => pagesIn(folder))].sort();

export type Block = { language: string; text: string };

/** The fenced blocks of a page, those within a list too, without their indentation. */
export const blocksOf = (page: string): Block[] =>
  [...readPage(page).matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map(([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }));

/** What a page tells its reader to type, in its order: one entry a command, in one line, its comment left out. */
export const commandsOf = (page: string): string[] =>
  blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replace(/ *\\\n */g, ' ').split('\n'))
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');
