// A command as the shells' scripts need it.
import type { Option } from '../command.js';

export type CompletedCommand = { name: string; summary: string; options: readonly (readonly [name: string, option: Option])[] };

/** `directory` and `file` are what can be completed; other values are the person's own. */
export function valueKind({ type, value }: Option): 'none' | 'directory' | 'file' | 'other' {
  if (type === 'boolean') return 'none';
  return value === 'DIR' ? 'directory' : value === 'FILE' ? 'file' : 'other';
}
