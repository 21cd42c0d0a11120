// How many rows a statement would touch, where counting them is cheap: an SQLite file that lies here, opened for reading alone.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { counted } from './words.js';

const run = promisify(execFile);
const UNKNOWN = 'How many rows it would change is not known here.';
const STATEMENT = /\b(?:drop\s+table(?:\s+if\s+exists)?|truncate(?:\s+table)?|delete\s+from|update)\s+["'`[]?(\w+)/gi;

/** `words` follow the database's program. */
export async function rowEffect(program: string, folder: string, words: readonly string[]): Promise<string> {
  const tables = [...new Set(words.flatMap((word) => [...word.matchAll(STATEMENT)].map(([, table = '']) => table)))];
  const file = words.find((word) => !word.startsWith('-') && !/\s/.test(word));
  if (!program.startsWith('sqlite') || file === undefined || tables.length === 0) return UNKNOWN;
  const rows = await Promise.all(tables.slice(0, 3).map((table) => rowsOf(resolve(folder, file), table)));
  return rows.some((count) => count === null)
    ? UNKNOWN
    : tables
        .slice(0, 3)
        .map((table, at) => `Table ${table} has ${counted(rows[at] ?? 0, 'row')}.`)
        .join(' ');
}

/** Null where there is no such table, or no program to ask with. */
async function rowsOf(file: string, table: string): Promise<number | null> {
  try {
    // The name is word characters only. -readonly and -safe: neither the file nor anything else is touched.
    const { stdout } = await run('sqlite3', ['-readonly', '-safe', '-init', '/dev/null', file, `select count(*) from "${table}"`], {
      timeout: 1_000,
    });
    return /^\d+$/.test(stdout.trim()) ? Number(stdout) : null;
  } catch {
    return null;
  }
}
