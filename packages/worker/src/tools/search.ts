// Finds text in the project: ripgrep where it is installed, a walk of our own elsewhere; both find the same.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import * as v from 'valibot';
import { resolveInside } from '../workspace/inside.js';
import { isOtherName } from '../workspace/open-inside.js';
import { matchingLines } from './matching-lines.js';
import type { Tool, ToolOutcome, Where } from './tool.js';

const RESULT_CHARS = 12_000;
const EXCERPT_CHARS = 300;
/** Of a long line, so much is shown before the match. */
const BEFORE_CHARS = 80;
const MOST_HITS = 500;

const Input = v.strictObject({
  pattern: v.pipe(v.string(), v.minLength(1), v.description('A regular expression; (?i) in front ignores case.')),
  path: v.optional(v.pipe(v.string(), v.description('A file or folder, default all.'))),
  glob: v.optional(v.pipe(v.string(), v.description('As "*.ts" or "src/**/*.py".'))),
});
type Input = v.InferOutput<typeof Input>;

export type Line = { file: string; line: number; text: string };

export const search: Tool<'search', 'read', Input> & { execute(input: Input, where: Where): Promise<ToolOutcome> } = {
  name: 'search',
  kind: 'read',
  description: 'Searches file contents line by line: path:line:text for each match. What .gitignore names is left out.',
  input: Input,
  example: { pattern: 'function add\\(', glob: '*.js' },

  async execute({ pattern, path = '.', glob }, { projectDir, signal }) {
    const inside = await resolveInside(projectDir, path);
    if (!inside.ok) return { ok: false, text: inside.reason };
    const stats = await lstat(inside.path).catch(() => null);
    if (stats === null) return { ok: false, text: `There is no ${path}. Leave path out to search the whole project.` };
    const expression = understood(pattern);
    if (typeof expression === 'string') return { ok: false, text: expression };
    const fits = glob === undefined ? () => true : fitting(glob);

    const found: Line[] = [];
    let isMore = false;
    const secret = new Map<string, Promise<boolean>>();
    const lines = matchingLines({ projectDir, from: inside.name, isFolder: stats.isDirectory(), expression, fits, signal });
    for await (const line of lines) {
      const known = secret.get(line.file) ?? isSecretByAnotherName(projectDir, line.file);
      secret.set(line.file, known);
      if (await known) continue;
      if (found.length === MOST_HITS) {
        isMore = true;
        break;
      }
      found.push(line);
    }
    return { ok: true, text: told(found, isMore, expression) };
  },
};

const TO_ESCAPE = String.raw`( ) [ ] { } . * + ? | ^ $ \ `.trim();

/** The pattern as both ways of searching understand it, or what is wrong with it. */
function understood(pattern: string): RegExp | string {
  if (/\n|(?<!\\)(\\\\)*\\n/.test(pattern))
    return 'The pattern is matched line by line, so it cannot hold a line break. Search for one of its lines.';
  const flag = /^\(\?i\)/.exec(pattern)?.[0] ?? '';
  try {
    return new RegExp(pattern.slice(flag.length), flag === '' ? '' : 'i');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    return `The pattern is no regular expression: ${why}. To find text as it stands put a backslash before each of ${TO_ESCAPE}`;
  }
}

/** Without a slash it is about the name alone, as in ignore files. */
function fitting(glob: string): (file: string) => boolean {
  const wanted = glob.replace(/^\.?\//, '');
  return picomatch(wanted, { basename: !wanted.includes('/'), dot: true });
}

async function isSecretByAnotherName(projectDir: string, file: string): Promise<boolean> {
  const stats = await lstat(join(projectDir, file)).catch(() => null);
  return stats !== null && isOtherName(stats, projectDir);
}

function told(lines: readonly Line[], isMore: boolean, expression: RegExp): string {
  if (lines.length === 0) return 'Nothing matches.';
  const shown: string[] = [];
  let chars = 0;
  for (const { file, line, text } of lines) {
    const told = `${file}:${line}:${excerpt(text, expression)}`;
    chars += told.length + 1;
    if (chars > RESULT_CHARS && shown.length > 0) break;
    shown.push(told);
  }
  if (shown.length === lines.length && !isMore) return shown.join('\n');
  const all = isMore ? `more than ${lines.length}` : String(lines.length);
  return `${shown.join('\n')}\n(the first ${shown.length} of ${all} matches; narrow it with path, glob or a longer pattern)`;
}

/** Round the match, where the line is long. */
function excerpt(text: string, expression: RegExp): string {
  if (text.length <= EXCERPT_CHARS) return text;
  const from = Math.max(0, Math.min((expression.exec(text)?.index ?? 0) - BEFORE_CHARS, text.length - EXCERPT_CHARS));
  const to = from + EXCERPT_CHARS;
  return `${from === 0 ? '' : '…'}${text.slice(from, to)}${to >= text.length ? '' : '…'}`;
}
