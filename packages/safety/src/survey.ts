// What a shell line would do, part by part: every program it starts, with its words, and every script of the project it reads.
import { isKnown } from './marks.js';
import { parse } from './parse.js';
import { openShell, type SurveyedCall } from './shell.js';
import type { Context } from './verdict.js';
import { walkScript } from './walk.js';

export type Survey = {
  /** In the order they are met; a word that only shows when it runs is null. */
  readonly calls: readonly { readonly argv: readonly (string | null)[]; readonly folder: string | null }[];
  /** Paths asked for, also where there is no such file. Needs `facts`. */
  readonly scripts: readonly string[];
};

/** Never throws; what cannot be read is left out. Judges nothing: ask `classify` for that. */
export function survey(command: string, context: Context = {}): Survey {
  const calls: SurveyedCall[] = [];
  const scripts = new Set<string>();
  const { facts } = context;
  const noting = facts && {
    ...facts,
    readScript: (path: string) => {
      scripts.add(path);
      return facts.readScript(path);
    },
  };
  try {
    walkScript(parse(command), openShell(noting ? { ...context, facts: noting } : context, walkScript, { calls }), null);
  } catch {
    // A text that cannot be read asks anyway; what was met of it so far is still true.
  }
  const known = (text: string): string | null => (isKnown(text) ? text : null);
  return { calls: calls.map(({ argv, folder }) => ({ argv: argv.map(known), folder: known(folder) })), scripts: [...scripts] };
}
