// Finds text in the project: ripgrep where it is installed, a walk of our own elsewhere, ignore files respected by both.
import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';
import * as v from 'valibot';
import { resolveInside } from '../workspace/inside.js';
import { isOtherName } from '../workspace/open-inside.js';
import { clampOutput } from './clamp-output.js';
import type { Tool, ToolOutcome, Where } from './tool.js';

const RESULT_CHARS = 12_000;
const LONGEST_LINE = 300;
const LARGEST_FILE = 1024 * 1024;
const MOST_HITS = 500;
const TIMEOUT_MS = 20_000;

const Input = v.strictObject({
  pattern: v.pipe(v.string(), v.minLength(1), v.description('A regular expression; an empty result means that nothing matches.')),
  path: v.optional(v.pipe(v.string(), v.description('A file or folder to search in, relative to the project; default all of it.'))),
  glob: v.optional(v.pipe(v.string(), v.description('Only files like this, for example "*.ts".'))),
});
type Input = v.InferOutput<typeof Input>;

export const search: Tool<'search', 'read', Input> & { execute(input: Input, where: Where): Promise<ToolOutcome> } = {
  name: 'search',
  kind: 'read',
  description: 'Searches file contents. Answers with path:line:text for each match. Files that git ignores are left out.',
  input: Input,
  example: { pattern: 'function add\\(', glob: '*.js' },

  async execute(input, { projectDir, signal }) {
    const inside = await resolveInside(projectDir, input.path ?? '.');
    if (!inside.ok) return { ok: false, text: inside.reason };
    const wanted = { pattern: input.pattern, glob: input.glob, from: inside.name === '' ? '.' : inside.name };
    const outcome = (await withRipgrep(wanted, projectDir, signal)) ?? (await withOwnWalk(wanted, projectDir));
    if (!outcome.ok) return outcome;
    const text = await withoutSecrets(outcome.text, projectDir);
    return { ok: true, text: clampOutput(text, RESULT_CHARS) || 'Nothing matches.' };
  },
};

type Wanted = { pattern: string; glob: string | undefined; from: string };

/** Without what was found in other names of secret files. */
async function withoutSecrets(text: string, projectDir: string): Promise<string> {
  const lines = text.split('\n');
  const fileOf = (line: string): string => /^(.+?):\d+:/.exec(line)?.[1] ?? '';
  const secret = new Set<string>();
  for (const file of new Set(lines.map(fileOf))) {
    const stats = await lstat(join(projectDir, file)).catch(() => null);
    if (stats !== null && (await isOtherName(stats, projectDir))) secret.add(file);
  }
  return secret.size === 0 ? text : lines.filter((line) => !secret.has(fileOf(line))).join('\n');
}

/** Secrets, and what belongs to git. */
const NEVER = ['.env', '.env.*', '.envrc', '.git'];

/** Null where ripgrep is not installed. */
function withRipgrep({ pattern, glob, from }: Wanted, cwd: string, signal: AbortSignal): Promise<ToolOutcome | null> {
  // A glob of the caller's would bring hidden files back in; the last one that fits decides.
  const filter = [...(glob === undefined ? [] : ['--glob', glob]), ...NEVER.flatMap((never) => ['--iglob', `!${never}`])];
  const args = [
    '--line-number',
    '--no-heading',
    '--with-filename',
    '--color=never',
    '--sort=path',
    '--no-config',
    `--max-columns=${LONGEST_LINE}`,
    '--max-columns-preview',
    ...filter,
    '-e',
    pattern,
    '--',
    from,
  ];
  return new Promise((resolve) => {
    execFile('rg', args, { cwd, signal, timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const text = stdout.replace(/^\.\//gm, '');
      if (error === null) return resolve({ ok: true, text });
      if (error.code === 'ENOENT') return resolve(null);
      // 1 means no match; 2 a bad pattern, or files that could not be read beside matches that were found.
      if (Number(error.code) === 1 || text !== '') return resolve({ ok: true, text });
      resolve({ ok: false, text: `The search failed: ${stderr.trim().slice(0, 500) || error.message}` });
    });
  });
}

async function withOwnWalk({ pattern, glob, from }: Wanted, projectDir: string): Promise<ToolOutcome> {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (error) {
    return { ok: false, text: `The pattern is no regular expression: ${error instanceof Error ? error.message : String(error)}` };
  }
  const matches = glob === undefined ? () => true : picomatch(glob, { basename: !glob.includes('/'), dot: true });
  const hits: string[] = [];
  for await (const name of files(projectDir, from)) {
    if (hits.length >= MOST_HITS) break;
    if (matches(name)) hits.push(...(await hitsIn(join(projectDir, name), name, expression)));
  }
  return { ok: true, text: hits.slice(0, MOST_HITS).join('\n') };
}

async function* files(root: string, from: string): AsyncGenerator<string> {
  const start = join(root, from);
  if ((await stat(start)).isFile()) yield relative(root, start);
  else yield* walk(root, start, []);
}

type Rules = { base: string; ignores: Ignore };

async function* walk(root: string, folder: string, above: readonly Rules[]): AsyncGenerator<string> {
  const listed = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => null);
  const rules = listed === null ? above : [...above, { base: folder, ignores: ignore().add(listed) }];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    const ignored = rules.some(({ base, ignores }) => ignores.ignores(relative(base, path) + (entry.isDirectory() ? '/' : '')));
    if (ignored) continue;
    if (entry.isDirectory()) yield* walk(root, path, rules);
    else if (entry.isFile()) yield relative(root, path);
  }
}

async function hitsIn(path: string, name: string, expression: RegExp): Promise<string[]> {
  const found = await stat(path);
  if (found.size > LARGEST_FILE) return [];
  const text = await readFile(path, 'utf8');
  if (text.slice(0, 8_192).includes('\0')) return [];
  return text.split('\n').flatMap((line, index) => (expression.test(line) ? [`${name}:${index + 1}:${line.slice(0, LONGEST_LINE)}`] : []));
}
