// Reads a text file with line numbers, or says why it cannot be read as text.
import type { FileHandle } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { heldPath, openInside } from '../workspace/open-inside.js';
import { nearNames } from './near-names.js';
import type { Tool, ToolOutcome, Where } from './tool.js';

const DEFAULT_LINES = 1_000;
const LONGEST_LINE = 2_000;
const RESULT_CHARS = 24_000;
/** Larger files are read piece by piece, to the end of what was asked for. */
const WHOLE_FILE = 4 * 1024 * 1024;
const LOOKED_AT_BYTES = 8_192;
const MOST_ENTRIES = 300;

const Input = v.strictObject({
  path: v.pipe(v.string(), v.minLength(1)),
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description('First line, from 1.'))),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
type Input = v.InferOutput<typeof Input>;

export const readFile: Tool<'read_file', 'read', Input> & { execute(input: Input, where: Where): Promise<ToolOutcome> } = {
  name: 'read_file',
  kind: 'read',
  description: `Reads a text file, ${DEFAULT_LINES} lines unless told otherwise, each behind its number and a tab; of a folder, lists the entries.`,
  input: Input,
  example: { path: 'src/index.js', offset: 40, limit: 80 },

  async execute({ path, offset = 1, limit = DEFAULT_LINES }, { projectDir }) {
    const opened = await openInside(projectDir, path);
    if (!opened.ok) return { ok: false, text: opened.isMissing ? await missing(opened.reason, path, projectDir) : opened.reason };
    const { handle, stats, name } = opened;
    try {
      if (stats.isDirectory()) return { ok: true, text: await listing(heldPath(handle, join(projectDir, name))) };
      if (!stats.isFile()) return { ok: false, text: `${path} is neither a file nor a folder.` };
      if (await isBinary(handle)) {
        return { ok: false, text: `${path} is a binary file of ${stats.size} bytes. Look at it with a program (file, xxd, strings).` };
      }
      if (stats.size > WHOLE_FILE) return await pieceOf(handle, path, stats.size, offset, limit);
      return numbered((await handle.readFile()).toString('utf8'), path, offset, limit);
    } finally {
      await handle.close();
    }
  },
};

async function missing(reason: string, path: string, projectDir: string): Promise<string> {
  const near = await nearNames(projectDir, path);
  return near.length === 0
    ? `${reason} Use search or read a folder to see what there is.`
    : `${reason} There is ${near.join(', ')}${near.length === 1 ? '' : '; read the one that is meant'}.`;
}

async function isBinary(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT_BYTES), 0, LOOKED_AT_BYTES, 0);
  return buffer.subarray(0, bytesRead).includes(0);
}

function numbered(text: string, path: string, offset: number, limit: number): ToolOutcome {
  if (text === '') return { ok: true, text: '(the file is empty)' };
  const lines = text.replace(/\n$/, '').split('\n');
  if (offset > lines.length) return { ok: false, text: `${path} has only ${lines.length} lines.` };
  const { shown, end } = shownOf(lines.slice(offset - 1, offset - 1 + limit), offset);
  const rest = end < lines.length ? `\n(lines ${offset} to ${end} of ${lines.length}; read on with offset ${end + 1})` : '';
  return { ok: true, text: shown + rest };
}

/** Of a file that is too large to be held: no more is read than was asked for. */
async function pieceOf(handle: FileHandle, path: string, size: number, offset: number, limit: number): Promise<ToolOutcome> {
  const wanted: string[] = [];
  let line = 0;
  let isMore = false;
  // Its own descriptor stays open, for the caller to close.
  for await (const text of handle.readLines({ start: 0, autoClose: false })) {
    if (++line < offset) continue;
    if (wanted.length === limit) {
      isMore = true;
      break;
    }
    wanted.push(text.slice(0, LONGEST_LINE + 1));
  }
  if (wanted.length === 0) return { ok: false, text: `${path} has only ${line} lines.` };
  const { shown, end } = shownOf(wanted, offset);
  const goesOn = isMore || end < offset - 1 + wanted.length;
  return { ok: true, text: `${shown}\n(of a file of ${size} bytes; ${goesOn ? `read on with offset ${end + 1}` : 'this is its end'})` };
}

/** As many whole lines as fit, one at least. */
function shownOf(lines: readonly string[], first: number): { shown: string; end: number } {
  const shown: string[] = [];
  let chars = 0;
  for (const [index, line] of lines.entries()) {
    const text = `${first + index}\t${short(line.replace(/\r$/, ''))}`;
    chars += text.length + 1;
    if (chars > RESULT_CHARS && shown.length > 0) break;
    shown.push(text);
  }
  return { shown: shown.join('\n'), end: first - 1 + shown.length };
}

const short = (line: string): string =>
  line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (the line goes on; see all of it with bash: cut -c)`;

async function listing(path: string): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  if (names.length === 0) return '(the folder is empty)';
  const more = names.length - MOST_ENTRIES;
  return `${names.slice(0, MOST_ENTRIES).join('\n')}${more > 0 ? `\n(${more} more entries; see them with bash: ls)` : ''}`;
}
