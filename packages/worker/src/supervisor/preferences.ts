// What the owner wants of every task: a file in the state directory, which no task may read or change by itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PREFERENCES_FILE = 'preferences.md';
const LONGEST_CHARS = 4_000;

/** Read anew for each task, so that a change counts from the next one on. Null where nothing is written. */
export function readPreferences(stateDir: string): string | null {
  try {
    const text = readFileSync(join(stateDir, PREFERENCES_FILE), 'utf8').trim();
    if (text === '') return null;
    return text.length <= LONGEST_CHARS ? text : `${text.slice(0, LONGEST_CHARS)}\n(cut here: ${text.length} characters are too many)`;
  } catch {
    return null;
  }
}
