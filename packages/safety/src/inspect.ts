// Walks a command line whole and answers what came to light.
import { parse } from './parse.js';
import { type Inquiry, isSettled, openShell, type Shell } from './shell.js';
import type { Script } from './syntax.js';
import type { Context } from './verdict.js';
import { walkScript } from './walk.js';

/** `ran` collects the name of every program that is run. */
export function inspect(command: string, context: Context, ran?: string[]): { script: Script; inquiry: Inquiry } {
  const script = parse(command);
  const shell = openShell(context, walkScript, ran === undefined ? {} : { ran });
  walkScript(script, shell, null);
  if (!isSettled(shell)) walkUncalled(shell);
  return { script, inquiry: shell.inquiry };
}

/** A function that is defined and never called may be called later, with arguments nobody knows yet. */
function walkUncalled(shell: Shell): void {
  const { unreadable } = shell.inquiry;
  // Walking one may define others.
  for (const own of shell.functions.values()) {
    if (own.called) continue;
    own.called = true;
    walkScript({ nodes: [own.body], broken: null }, { ...shell, positionals: null, depth: shell.depth + 1 }, null);
  }
  shell.inquiry.unreadable = unreadable;
}
