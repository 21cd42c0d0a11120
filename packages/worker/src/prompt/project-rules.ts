// The rules a project brings with it for whoever works on it: shown once, as its own words, and never more than a few pages.
import { openInside } from '../workspace/open-inside.js';

/** In this order: what is said for TARS comes first, and whole before the others. */
export const RULES_FILES = ['.tarsrules', 'AGENTS.md', 'CLAUDE.md'] as const;
export const RULES_BYTES = 8_000;
const LARGEST_FILE = 1024 * 1024;

/** '' where there are none. */
export async function projectRules(projectDir: string): Promise<string> {
  const shown: string[] = [];
  const seen = new Set<string>();
  let left = RULES_BYTES;
  for (const file of RULES_FILES) {
    const text = await contentOf(projectDir, file);
    // One that only points to another, or is the same under another name, says nothing new.
    if (text === null || text === '' || seen.has(text) || RULES_FILES.some((other) => text === `@${other}`)) continue;
    seen.add(text);
    const part = partOf(file, text, left);
    left -= Buffer.byteLength(part) + 1;
    shown.push(part);
  }
  return shown.join('\n');
}

function partOf(file: string, text: string, most: number): string {
  const whole = `--- ${file} ---\n${text}`;
  if (Buffer.byteLength(whole) <= most) return whole;
  const note = `\n(${file} goes on: ${Buffer.byteLength(text)} bytes in all; read it with read_file when it matters)`;
  const room = most - Buffer.byteLength(note);
  if (room <= 0) return `--- ${file}: not shown, read it with read_file ---`.slice(0, Math.max(0, most));
  // Whole characters only.
  return (
    Buffer.from(whole)
      .subarray(0, room)
      .toString('utf8')
      .replace(/\uFFFD$/, '') + note
  );
}

async function contentOf(projectDir: string, file: string): Promise<string | null> {
  const opened = await openInside(projectDir, file);
  if (!opened.ok) return null;
  try {
    if (!opened.stats.isFile() || opened.stats.size > LARGEST_FILE) return null;
    return (await opened.handle.readFile('utf8')).replaceAll('\0', '').trim();
  } finally {
    await opened.handle.close();
  }
}
