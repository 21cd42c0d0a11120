// A command as the shells' scripts need it; what its arguments can be is read from its usage.
import type { Command, Option } from '../command.js';

/** `task`: the id of a task, to be asked for; words: one of them; null: the person's own. */
export type Argument = 'task' | readonly string[] | null;

export type CompletedCommand = {
  name: string;
  summary: string;
  options: readonly (readonly [name: string, option: Option])[];
  arguments: readonly Argument[];
};

export const completed = ({ usage, options }: Command, name: string, summary: string): CompletedCommand => ({
  name,
  summary,
  options: Object.entries(options),
  arguments: argumentsIn(usage),
});

/** `answer <id> "<text>"` takes a task and the person's own words, `updates <id> detailed|minimal` a task and one of two words. */
function argumentsIn(usage: string): Argument[] {
  const [, ...tokens] = usage.split(' ');
  const end = tokens.findIndex((token) => /^\[?-|^\||^</.test(token) && !/^<id>$/.test(token));
  return (end === -1 ? tokens : tokens.slice(0, end)).map((token) => {
    if (/^[<[]id[>\]]$/.test(token)) return 'task';
    return /^[\w|]+$/.test(token) && token !== token.toUpperCase() ? token.split('|') : null;
  });
}

/** `directory` and `file` are what can be completed, `choices` what is known; other values are the person's own. */
export function valueKind({ type, value, choices }: Option): 'none' | 'choices' | 'directory' | 'file' | 'other' {
  if (type === 'boolean') return 'none';
  if (choices !== undefined) return 'choices';
  return value === 'DIR' ? 'directory' : value === 'FILE' ? 'file' : 'other';
}
