// Reads a makefile as far as it decides which shell lines a goal runs: rules, their prerequisites, and variables.
import { UNKNOWN } from './marks.js';

type Makefile = {
  readonly rules: Map<string, { readonly needs: string[]; readonly recipe: string[] }>;
  readonly variables: Map<string, string>;
  /** Characters expansion may still produce. */
  budget: number;
};

const MAX_EXPANDED = 200_000;
const MAX_NESTING = 8;

/** What make itself sets and recipes use to remove or to start programs. */
const OWN_VARIABLES = new Map(Object.entries({ RM: 'rm -f', MAKE: 'make', SHELL: '/bin/sh', CC: 'cc', CXX: 'g++', CURDIR: '.' }));

/** The lines that making the goals (or else the first one) runs, prerequisites first; null when no rule makes any of them. */
export function linesOf(text: string, goals: readonly string[], settings: ReadonlyMap<string, string>): string[] | null {
  const makefile = read(text);
  for (const [name, value] of settings) makefile.variables.set(name, value);
  const first = [...makefile.rules.keys()].find((target) => !target.startsWith('.'));
  const made = new Set<string>();
  const lines: string[] = [];
  const make = (goal: string): void => {
    const rule = makefile.rules.get(goal);
    if (rule === undefined || made.has(goal)) return;
    made.add(goal);
    for (const needed of rule.needs) make(needed);
    for (const line of rule.recipe) lines.push(expand(line, makefile, goal).replace(/^[\s@+-]+/, ''));
  };
  for (const goal of goals.length > 0 ? goals : [first ?? '']) make(goal);
  return made.size === 0 ? null : lines;
}

function read(text: string): Makefile {
  const makefile: Makefile = { rules: new Map(), variables: new Map(OWN_VARIABLES), budget: MAX_EXPANDED };
  let open: { needs: string[]; recipe: string[] }[] = [];
  for (const line of text.replace(/\\\r?\n[ \t]*/g, ' ').split(/\r?\n/)) {
    if (line.startsWith('\t')) {
      for (const rule of open) rule.recipe.push(line);
      continue;
    }
    const bare = line.replace(/(^|\s)#.*$/, '');
    const set = /^\s*(?:(?:export|override)\s+)*([\w.-]+)\s*([:+?]{0,3})=\s*(.*)$/.exec(bare);
    if (set) {
      const [, name = '', how = '', value = ''] = set;
      const before = makefile.variables.get(name);
      if (how !== '?' || before === undefined) makefile.variables.set(name, how === '+' && before ? `${before} ${value}` : value);
      continue;
    }
    const rule = /^([^\s#:=][^:=]*)::?(?!=)([^;]*)(?:;(.*))?$/.exec(bare);
    if (!rule) continue;
    const [, targets = '', needs = '', recipe] = rule;
    open = words(expand(targets, makefile, '')).map((target) => {
      const known = makefile.rules.get(target) ?? { needs: [], recipe: [] };
      known.needs.push(...words(expand(needs, makefile, target)).filter((need) => need !== '|'));
      if (recipe !== undefined) known.recipe.push(recipe);
      makefile.rules.set(target, known);
      return known;
    });
  }
  return makefile;
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Make's own expansion; what only make can work out is unknown, and what nobody set is empty. */
function expand(text: string, makefile: Makefile, goal: string, nesting = 0): string {
  makefile.budget -= text.length;
  if (nesting > MAX_NESTING || makefile.budget < 0) return UNKNOWN;
  return text.replace(
    /\$(?:\$|\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\{([^{}]*)\}|(.))/g,
    (token, round?: string, curly?: string, single?: string) => {
      if (token === '$$') return '$';
      const name = round ?? curly ?? single ?? '';
      if (name === '@') return goal;
      if (/^[<^*+?%|]|^[@<^*?][DF]$/.test(name)) return UNKNOWN;
      const shell = /^shell\s+(.*)$/s.exec(name)?.[1];
      if (shell !== undefined) return `$(${expand(shell, makefile, goal, nesting + 1)})`;
      if (/[\s:]/.test(name)) return UNKNOWN;
      return expand(makefile.variables.get(name) ?? '', makefile, goal, nesting + 1);
    },
  );
}
