// The state of the imagined shell: what its names stand for, and the inquiry that every part of a command reports to.
import { UNKNOWN } from './marks.js';
import type { Place } from './place.js';
import { TOO_LONG } from './rule.js';
import type { Node, Script } from './syntax.js';
import type { Context } from './verdict.js';

export type Finding = {
  readonly kind: 'destructive' | 'unreadable';
  readonly reason: string;
  readonly rule: string;
  readonly part: string;
};

/** One classification: the first part of each kind, and the work still allowed. */
export type Inquiry = {
  readonly context: Context;
  destructive: Finding | null;
  unreadable: Finding | null;
  /** The first script that runs without anybody having read it whole. */
  unread: string | null;
  steps: number;
  /** Where to write down each program that is run; null when nobody wants to know. */
  readonly ran: string[] | null;
  /** Where to write down every call whole, with the folder it is made in. Then nothing is judged: the whole line is walked. */
  readonly calls: SurveyedCall[] | null;
};

export type SurveyedCall = { readonly argv: readonly string[]; readonly folder: string };

export type Value = string | readonly string[];

export type Shell = {
  readonly inquiry: Inquiry;
  /** Every value a name may hold: one after a branch holds what it held before as well. */
  readonly variables: Map<string, readonly Value[]>;
  readonly functions: Map<string, { readonly body: Node; called: boolean }>;
  /** Functions being called right now, with how often they called themselves. */
  readonly calls: Map<Node, number>;
  readonly aliases: Map<string, string>;
  /** Text of files this very command line wrote, by what `keyOf` makes of their path. */
  readonly files: Map<string, string>;
  /** Folders it may be in, the likeliest last; see `Place`. */
  folders: readonly string[];
  /** `$0`, `$1`, …; null when nobody can tell. */
  positionals: readonly string[] | null;
  /** Which of the possible values is being tried, and how many the words looked at so far had. */
  choice: number;
  widest: number;
  /** Named scripts being run right now. */
  readonly scripts: ReadonlySet<string>;
  /** What names held before the innermost branch, loop or subshell changed them; null outside of any. */
  scope: Map<string, readonly Value[]> | null;
  depth: number;
  /** Walks a nested script and answers its output. */
  readonly evaluate: (script: Script, shell: Shell, input: string | null) => string;
};

const MAX_STEPS = 20_000;
const MAX_VALUES = 16;
const MAX_LENGTH = 65_536;
const MAX_DEPTH = 24;

type Notebooks = { readonly ran?: string[]; readonly calls?: SurveyedCall[] };

export function openShell(context: Context, evaluate: Shell['evaluate'], { ran, calls }: Notebooks = {}): Shell {
  return {
    inquiry: { context, destructive: null, unreadable: null, unread: null, steps: MAX_STEPS, ran: ran ?? null, calls: calls ?? null },
    variables: new Map(),
    functions: new Map(),
    calls: new Map(),
    aliases: new Map(),
    files: new Map(),
    folders: [context.cwd ?? ''],
    positionals: ['sh'],
    choice: 0,
    widest: 1,
    scripts: new Set(),
    scope: null,
    depth: 0,
    evaluate,
  };
}

/** The same shell one level deeper, with its own arguments. */
export const deeper = (shell: Shell, positionals: readonly string[] | null = shell.positionals): Shell => ({
  ...shell,
  positionals,
  choice: 0,
  widest: 1,
  depth: shell.depth + 1,
});

export const placeOf = ({ inquiry, folders, files }: Shell): Place => ({ context: inquiry.context, folders, files });

export function report(shell: Shell, finding: Finding): void {
  if (shell.inquiry.calls === null) shell.inquiry[finding.kind] ??= finding;
}

/** A destructive part was found, or the inquiry has run out of steps: nothing more to learn. */
export const isSettled = (shell: Shell): boolean => shell.inquiry.destructive !== null || shell.inquiry.steps < 0;

/** Takes one step; false, and the command counts as unreadable, when there are none left. */
export function takeStep(shell: Shell, part: string): boolean {
  if (shell.inquiry.steps-- > 0 && shell.depth <= MAX_DEPTH) return true;
  report(shell, { kind: 'unreadable', reason: TOO_LONG, rule: 'too-much', part });
  return false;
}

/** The name now holds this; a command that is tried with several values leaves them all. */
export const bind = (shell: Shell, name: string, given: Value): void =>
  bindAny(shell, name, shell.choice > 0 ? [...(shell.variables.get(name) ?? []), given] : [given]);

/** The name now holds one of these. */
export function bindAny(shell: Shell, name: string, given: readonly Value[]): void {
  if (shell.scope !== null && !shell.scope.has(name)) shell.scope.set(name, shell.variables.get(name) ?? []);
  shell.variables.set(name, limited(given));
}

const bounded = (value: Value): Value => (value.length > MAX_LENGTH ? UNKNOWN : value);

function limited(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values.map(bounded);
  const distinct = [...new Map(values.map((value) => [typeof value === 'string' ? value : value.join('\0'), bounded(value)])).values()];
  return distinct.length > MAX_VALUES ? [...distinct.slice(0, MAX_VALUES), UNKNOWN] : distinct;
}

/** Does work that may or may not happen: what names held before, they may hold afterwards. */
export const conditionally = <T>(shell: Shell, work: () => T): T => scoped(shell, work, (before, after) => [...before, ...after]);

/** Does work in a subshell: nothing it sets, and nowhere it goes, outlasts it. */
export function inSubshell<T>(shell: Shell, work: () => T): T {
  const { folders, positionals } = shell;
  const done = scoped(shell, work, (before) => before);
  shell.folders = folders;
  shell.positionals = positionals;
  return done;
}

function scoped<T>(shell: Shell, work: () => T, merged: (before: readonly Value[], after: readonly Value[]) => readonly Value[]): T {
  const outer = shell.scope;
  const scope = new Map<string, readonly Value[]>();
  shell.scope = scope;
  const done = work();
  shell.scope = outer;
  for (const [name, before] of scope) {
    const values = limited(merged(before, shell.variables.get(name) ?? []));
    if (outer !== null && !outer.has(name)) outer.set(name, before);
    if (values.length > 0) shell.variables.set(name, values);
    else shell.variables.delete(name);
  }
  return done;
}

/** The value being tried, or undefined when this command never set the name. */
export function lookUp(shell: Shell, name: string): Value | undefined {
  const values = shell.variables.get(name);
  if (values === undefined) return undefined;
  shell.widest = Math.max(shell.widest, values.length);
  return values[Math.min(shell.choice, values.length - 1)];
}
