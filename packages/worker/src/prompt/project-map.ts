// A first look at the project: its folders from the top down, as far as a few lines reach.
import { ignoreRules } from '../workspace/ignore-rules.js';
import { type Entry, lookInto } from '../workspace/project-files.js';

export const MAP_BYTES = 1_500;
/** Of one folder. */
const MOST_NAMES = 40;
const MOST_FOLDERS = 60;

/** `README.md  src/` for the top, then a line for each folder below; '' for an empty project. */
export async function projectMap(projectDir: string): Promise<string> {
  const lines: string[] = [];
  let bytes = 0;
  let left = 0;
  const queue = [{ path: '', rules: ignoreRules(projectDir) }];
  for (let looked = 0; looked < queue.length && looked < MOST_FOLDERS; looked++) {
    const next = queue[looked];
    if (next === undefined) break;
    const { entries, rules } = await lookInto(projectDir, next.path, next.rules);
    queue.push(...entries.flatMap(({ path, isFolder }) => (isFolder ? [{ path, rules }] : [])));
    if (entries.length === 0) continue;
    const line = `${next.path === '' ? '' : `${next.path}/: `}${namesOf(entries)}`;
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > MAP_BYTES - NOTE_BYTES) left++;
    else {
      bytes += size;
      lines.push(line);
    }
  }
  left += Math.max(0, queue.length - MOST_FOLDERS);
  return [...lines, ...(left === 0 ? [] : [`(${left} more folders; read a folder to see what is in it)`])].join('\n');
}

const NOTE_BYTES = 80;

function namesOf(entries: readonly Entry[]): string {
  const names = entries.slice(0, MOST_NAMES).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
  const more = entries.length - names.length;
  return names.join('  ') + (more === 0 ? '' : `  … ${more} more`);
}
