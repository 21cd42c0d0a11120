// The lines that match, file by file in the order of their names: told by ripgrep where it can be asked, else read by ourselves.
import { spawn } from 'node:child_process';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TOOL_FOLDERS } from '../workspace/left-out.js';
import { filesBelow, rulesAbove } from '../workspace/project-files.js';
import type { Line } from './search.js';

/** Larger files are data. */
const LARGEST_FILE = 1024 * 1024;
const TIMEOUT_MS = 20_000;
/** More neighbours than these are searched rather than named one by one. */
const MOST_NEIGHBOURS = 1_000;

export type Wanted = {
  projectDir: string;
  /** From the project's folder, with slashes; '' is all of it. */
  from: string;
  isFolder: boolean;
  expression: RegExp;
  fits: (file: string) => boolean;
  signal: AbortSignal;
};

export async function* matchingLines(wanted: Wanted): AsyncGenerator<Line> {
  const { projectDir, from, isFolder } = wanted;
  if (!isFolder) return yield* linesIn(from, wanted);
  // What the rules leave out, but is named, is for us alone: ripgrep would need other rules for it.
  if ((await rulesAbove(projectDir, from)) !== null && (yield* byRipgrep(wanted))) return;
  yield* byOurselves(wanted);
}

async function* byOurselves(wanted: Wanted): AsyncGenerator<Line> {
  for await (const file of filesBelow(wanted.projectDir, wanted.from)) {
    wanted.signal.throwIfAborted();
    if (wanted.fits(file)) yield* linesIn(file, wanted);
  }
}

async function* linesIn(file: string, { projectDir, expression }: Wanted): AsyncGenerator<Line> {
  const lines = (await textOf(join(projectDir, file)))?.split(/\r?\n/) ?? [];
  for (const [index, text] of lines.entries()) {
    // What follows the last line break is no line.
    if (index === lines.length - 1 && text === '') return;
    if (expression.test(text)) yield { file, line: index + 1, text };
  }
}

/** Null for what is no text, or too much of it. */
async function textOf(path: string): Promise<string | null> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size > LARGEST_FILE) return null;
  const bytes = await readFile(path).catch(() => null);
  return bytes === null || bytes.includes(0) ? null : bytes.toString('utf8');
}

/** Secrets, what tools make, and what belongs to git: no rule of a project brings them back. */
const NEVER = ['.env', '.env.*', '.envrc', '.git', ...TOOL_FOLDERS].flatMap((name) => ['--iglob', `!${name}`]);

/** False where ripgrep is not installed or reads the pattern differently: nothing was found then, and the others must look. */
async function* byRipgrep({ projectDir, from, expression, fits, signal }: Wanted): AsyncGenerator<Line, boolean> {
  const args = [
    // Searched from the top, so that the rules there count; what leads elsewhere is left out.
    ...NEVER,
    ...(await neighbours(projectDir, from)).flatMap((path) => ['--glob', `!/${escaped(path)}`]),
    ...['--no-config', '--no-require-git', '--no-ignore-parent', '--no-ignore-global', '--no-ignore-exclude'],
    ...['--line-number', '--no-heading', '--with-filename', '--null', '--color=never', '--sort=path', '--crlf', '--encoding=none'],
    `--max-filesize=${LARGEST_FILE}`,
    ...(expression.ignoreCase ? ['--ignore-case'] : []),
    // The slash is escaped for JavaScript alone.
    ...['-e', expression.source.replaceAll('\\/', '/'), '--', './'],
  ];
  const options = { cwd: projectDir, env: process.env, timeout: TIMEOUT_MS, signal };
  const program = spawn('rg', args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => {
    program.once('error', () => resolve(null));
    program.once('close', resolve);
  });
  let found = false;
  let current = { file: '', isText: false };
  try {
    for await (const told of linesOf(program.stdout)) {
      const [, file, line, text] = /^(?:\.\/)?([^\0]+)\0(\d+):(.*?)\r?$/s.exec(told) ?? [];
      if (file === undefined || line === undefined || text === undefined) continue;
      found = true;
      if (!isBelow(file, from) || !fits(file)) continue;
      // It tells what stands before the first sign that a file is none of text.
      if (file !== current.file) current = { file, isText: (await textOf(join(projectDir, file))) !== null };
      if (current.isText) yield { file, line: Number(line), text };
    }
  } finally {
    // Whoever has heard enough hangs up.
    program.kill();
  }
  const code = await ended;
  signal.throwIfAborted();
  // 1: nothing matches; 2: a pattern it cannot read, or files it could not, beside matches that were found.
  return found || code === 0 || code === 1;
}

/** Split at line feeds alone: other ends of lines are part of what was found. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

const isBelow = (file: string, folder: string): boolean => folder === '' || file.startsWith(`${folder}/`);

/** All that lies beside the way to a folder. */
async function neighbours(projectDir: string, folder: string): Promise<string[]> {
  const steps = folder === '' ? [] : folder.split('/');
  const beside: string[] = [];
  for (const [depth, step] of steps.entries()) {
    const at = steps.slice(0, depth).join('/');
    const names = await readdir(join(projectDir, at)).catch(() => []);
    beside.push(...names.filter((name) => name !== step).map((name) => (at === '' ? name : `${at}/${name}`)));
  }
  return beside.length > MOST_NEIGHBOURS ? [] : beside;
}

const escaped = (path: string): string => path.replace(/[\\*?[\]{}!]/g, '\\$&');
