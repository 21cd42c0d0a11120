// A project's files as a value: every path with what it is, so that two states can be compared without looking again.

export type Entry =
  /** `mode` holds all twelve bits of permission; `oid` names the content, as git does. */
  | { kind: 'file'; mode: number; oid: string }
  /** `oid` names where it points to. */
  | { kind: 'link'; oid: string }
  | { kind: 'folder'; mode: number };

/** Paths are relative to the project's folder, with `/`; the project's folder itself is not among them. */
export type Tree = ReadonlyMap<string, Entry>;

export function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.kind === 'folder' || other.kind === 'folder')
    return one.kind === other.kind && 'mode' in other && 'mode' in one && one.mode === other.mode;
  if (one.oid !== other.oid || one.kind !== other.kind) return false;
  return one.kind === 'link' || (other.kind === 'file' && one.mode === other.mode);
}

/** Every path that is there in one only, or is something else in the other; sorted. */
export function changedPaths(from: Tree, to: Tree): string[] {
  const changed: string[] = [];
  for (const [path, entry] of from) if (!isSame(entry, to.get(path))) changed.push(path);
  for (const path of to.keys()) if (!from.has(path)) changed.push(path);
  return changed.sort();
}

export const parentOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** The folders a path lies in, the outermost first, without the project's own. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
