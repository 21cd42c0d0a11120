// Reads a text file with line numbers, or says why it cannot be read as text.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { heldPath, openInside } from '../workspace/open-inside.js';
import type { Tool, ToolOutcome, Where } from './tool.js';

const DEFAULT_LINES = 1_000;
const LONGEST_LINE = 2_000;
const LARGEST_FILE = 10 * 1024 * 1024;

const Input = v.strictObject({
  path: v.pipe(v.string(), v.minLength(1), v.description('Relative to the project.')),
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description('First line, counted from 1.'))),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description(`Number of lines, default ${DEFAULT_LINES}.`))),
});
type Input = v.InferOutput<typeof Input>;

export const readFile: Tool<'read_file', 'read', Input> & { execute(input: Input, where: Where): Promise<ToolOutcome> } = {
  name: 'read_file',
  kind: 'read',
  description:
    'Reads a text file. Each line comes with its number and a tab, which are not part of the file. For a folder it lists the entries.',
  input: Input,
  example: { path: 'src/index.js' },

  async execute({ path, offset = 1, limit = DEFAULT_LINES }, { projectDir }) {
    const opened = await openInside(projectDir, path);
    if (!opened.ok)
      return { ok: false, text: opened.isMissing ? `${opened.reason} Use search or read a folder to see what there is.` : opened.reason };
    const { handle, stats, name } = opened;
    try {
      if (stats.isDirectory()) return { ok: true, text: await listing(heldPath(handle, join(projectDir, name))) };
      if (!stats.isFile()) return { ok: false, text: `${path} is neither a file nor a folder.` };
      if (stats.size > LARGEST_FILE) {
        return {
          ok: false,
          text: `${path} has ${stats.size} bytes, too many to read here. Look at parts of it with bash (head, sed -n, grep).`,
        };
      }
      const bytes = await handle.readFile();
      if (bytes.subarray(0, 8_192).includes(0)) return { ok: false, text: `${path} is a binary file of ${stats.size} bytes.` };
      return numbered(bytes.toString('utf8'), path, offset, limit);
    } finally {
      await handle.close();
    }
  },
};

function numbered(text: string, path: string, offset: number, limit: number): ToolOutcome {
  if (text === '') return { ok: true, text: '(the file is empty)' };
  const lines = text.replace(/\n$/, '').split('\n');
  if (offset > lines.length) return { ok: false, text: `${path} has only ${lines.length} lines.` };
  const shown = lines.slice(offset - 1, offset - 1 + limit).map((line, index) => `${offset + index}\t${short(line)}`);
  const end = offset - 1 + shown.length;
  const rest = end < lines.length ? `\n(lines ${offset} to ${end} of ${lines.length}; read on with offset ${end + 1})` : '';
  return { ok: true, text: shown.join('\n') + rest };
}

const short = (line: string): string =>
  line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (${line.length} characters)`;

async function listing(path: string): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  return names.length === 0 ? '(the folder is empty)' : names.join('\n');
}
