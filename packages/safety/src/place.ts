// Where a command stands: which file a written path means, and what is known of it.
import { posix } from 'node:path';
import { isKnown, SECRET, UNKNOWN } from './marks.js';
import { isSecret, isSensitive } from './paths.js';
import type { Context } from './verdict.js';

export type Place = {
  readonly context: Context;
  /** Folders the command may run in: absolute, from the caller's folder on (empty), or unknown. */
  readonly folders: readonly string[];
  /** Text of files this very command line wrote, by what `keyOf` makes of their path. */
  readonly files: ReadonlyMap<string, string>;
};

/** The path seen from the folder; one that is absolute, in a home or unknown from the start stays as it is. */
export function pathFrom(folder: string, path: string): string {
  if (folder === '' || /^[/~\uFDD0-\uFDD2]/.test(path)) return path;
  return isKnown(folder) ? posix.join(folder, path) : `${UNKNOWN}/${path}`;
}

const meanings = (path: string, { folders }: Place): string[] => folders.map((folder) => pathFrom(folder, path));

/** One spelling per file, from the latest folder on. */
export const keyOf = (path: string, folders: readonly string[]): string => posix.normalize(pathFrom(folders.at(-1) ?? '', path));

/** What the command line itself wrote into the file. */
export const heldIn = (path: string, place: Place): string | undefined =>
  place.files.size === 0 ? undefined : place.files.get(keyOf(path, place.folders));

/** Whether the caller can be asked about the path: it names one file. */
const isSure = (path: string): boolean => isKnown(path) && !/^~|[*?[]/.test(path);

/** Whether writing there may lose something; only the caller's facts can say no. */
export const mayExist = (path: string, place: Place): boolean =>
  meanings(path, place).some((meaning) => (isSure(meaning) ? (place.context.facts?.exists(meaning) ?? true) : true));

/** Whether the project holds a file there already, as far as the caller can tell. */
export const isProjectFile = (path: string, place: Place): boolean => {
  const { facts } = place.context;
  return meanings(path, place).some((meaning) => isSure(meaning) && (facts?.exists(meaning) || facts?.isTracked(meaning)) === true);
};

/** The text of a script the project keeps; null when nobody can read it. */
export function readKept(path: string, place: Place): string | null {
  for (const meaning of meanings(path, place).reverse()) {
    const text = isSure(meaning) ? (place.context.facts?.readScript(meaning) ?? null) : null;
    if (text !== null) return text;
  }
  return null;
}

/** Whether writing there changes how the machine or the account behaves. */
export const opensDoors = (path: string, place: Place): boolean =>
  meanings(path, place).some((meaning) => isSensitive(meaning, place.context.projectRoot));

/** Whether the file holds what must not leave, by its name or by what was copied into it. */
export const holdsSecret = (path: string, place: Place): boolean =>
  meanings(path, place).some(isSecret) || heldIn(path, place)?.includes(SECRET) === true;
