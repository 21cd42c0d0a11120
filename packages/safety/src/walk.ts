// Walks a parsed script the way bash would run it, every branch included, and hands each simple command to `run`.

import { has } from './call.js';
import { isCommandVariable } from './carriers.js';
import { fieldsOf, textOf } from './expand.js';
import { legible, UNKNOWN } from './marks.js';
import { heldIn } from './place.js';
import { isOutward, judgeWrite, readFrom } from './redirects.js';
import { note } from './remember.js';
import { NOT_READABLE } from './rule.js';
import { run } from './run.js';
import { bind, bindAny, conditionally, inSubshell, isSettled, placeOf, report, type Shell, takeStep, type Value } from './shell.js';
import { probe } from './suspect.js';
import type { Assign, Command, Node, Redirect, Script } from './syntax.js';

const MAX_OUTPUT = 65_536;

/** Walks the script and answers its output. What bash would refuse to parse is unreadable. */
export function walkScript(script: Script, shell: Shell, input: string | null): string {
  if (script.broken !== null) {
    report(shell, { kind: 'unreadable', reason: NOT_READABLE, rule: 'malformed', part: script.broken });
    return UNKNOWN;
  }
  return walkAll(script.nodes, shell, input);
}

function walkAll(nodes: readonly Node[], shell: Shell, input: string | null): string {
  let output = '';
  for (const node of nodes) {
    if (isSettled(shell)) return UNKNOWN;
    output += walk(node, shell, input);
    if (output.length > MAX_OUTPUT) output = UNKNOWN;
  }
  return output;
}

function walk(node: Node, shell: Shell, input: string | null): string {
  switch (node.kind) {
    case 'command':
      return walkCommand(node, shell, input);
    case 'pipeline':
      return inSubshell(shell, () => node.stages.reduce<string | null>((flow, stage) => walk(stage, shell, flow), input) ?? '');
    case 'list':
      return walkAll(node.nodes, shell, input);
    case 'subshell':
      return inSubshell(shell, () => walk(node.node, shell, input));
    case 'maybe':
      return conditionally(shell, () => walk(node.node, shell, input));
    case 'for':
      return conditionally(shell, () => {
        bindAny(
          shell,
          node.name,
          node.words.flatMap((word) => fieldsOf(word, shell)),
        );
        return walk(node.body, shell, input);
      });
    case 'function':
      shell.functions.set(node.name, { body: node.body, called: false });
      return '';
    case 'redirected':
      return redirected(node.redirects, node.text, shell, input, (fed) => ({ text: walk(node.node, shell, fed), argv: [] }));
    case 'expanded':
      for (const word of node.words) textOf(word, shell);
      return '';
  }
}

/** A simple command, once for every value its words may have. */
function walkCommand(node: Command, shell: Shell, input: string | null): string {
  let output = '';
  const before = shell.widest;
  shell.widest = 1;
  for (shell.choice = 0; shell.choice < shell.widest && !isSettled(shell); shell.choice++) {
    if (!takeStep(shell, node.text)) break;
    output = redirected(node.redirects, node.text, shell, input, (fed) => perform(node, shell, fed));
  }
  shell.choice = 0;
  shell.widest = before;
  return output;
}

/** What a command printed, and the words it was. */
type Done = { readonly text: string; readonly argv: readonly string[] };

const DECLARES = ['export', 'declare', 'typeset', 'local', 'readonly'];

function perform(node: Command, shell: Shell, input: string | null): Done {
  const argv = node.words.flatMap((word) => fieldsOf(word, shell));
  const values = node.assigns.map((assign) => ({ assign, value: assigned(assign, shell) }));
  const [program = ''] = argv;
  if (argv.length === 0 || DECLARES.includes(program)) {
    for (const { assign, value: given } of values) {
      const value = declared(given, argv);
      bind(shell, assign.name, value);
      const found = typeof value === 'string' && isCommandVariable(assign.name) ? probe(value, shell) : null;
      if (found) report(shell, { kind: 'destructive', ...found, part: legible(node.text) });
    }
  }
  if (program === 'alias') for (const { assign, value } of values) if (typeof value === 'string') shell.aliases.set(assign.name, value);
  if (argv.length === 0) return { text: '', argv };
  const env = new Map(values.flatMap(({ assign, value }) => (typeof value === 'string' ? [[assign.name, value] as const] : [])));
  return { text: run(argv, { shell, input, env, part: node.text }), argv };
}

/** What `declare` makes of a value: a reference to another name is not followed. */
const declared = (value: Value, argv: readonly string[]): Value => {
  if (argv.length === 0 || typeof value !== 'string') return value;
  if (has(argv, '-n')) return UNKNOWN;
  return has(argv, '-l') ? value.toLowerCase() : has(argv, '-u') ? value.toUpperCase() : value;
};

function assigned(assign: Assign, shell: Shell): Value {
  if (assign.index !== null) textOf(assign.index, shell);
  const before = shell.variables.get(assign.name)?.at(-1);
  if ('chunks' in assign.value) {
    const text = textOf(assign.value, shell);
    return assign.append && typeof before === 'string' ? before + text : assign.index === null ? text : UNKNOWN;
  }
  const items = assign.value.flatMap((word) => fieldsOf(word, shell));
  return assign.append && typeof before === 'object' ? [...before, ...items] : items;
}

/** Feeds a command from its redirects, and judges where its output goes. */
function redirected(
  redirects: readonly Redirect[],
  part: string,
  shell: Shell,
  input: string | null,
  work: (input: string | null) => Done,
): string {
  let fed = input;
  const outward: { operator: string; path: string; error: boolean }[] = [];
  for (const redirect of redirects) {
    if (redirect.kind === 'text') {
      fed = textOf(redirect.word, shell);
      continue;
    }
    const path = textOf(redirect.target, shell);
    if (isOutward(redirect.operator, path))
      outward.push({ operator: redirect.operator, path, error: redirect.descriptor !== null && redirect.descriptor !== 1 });
    else if (redirect.operator === '<') fed = readFrom(path, heldIn(path, placeOf(shell)), UNKNOWN);
  }
  const { text, argv } = work(fed);
  for (const { operator, path, error } of outward) {
    const found = judgeWrite({ operator, path, text: error ? UNKNOWN : text, argv }, placeOf(shell));
    if (found) report(shell, { kind: 'destructive', ...found, part: legible(part) });
    if (!error) note(shell, path, operator.endsWith('>>') ? (heldIn(path, placeOf(shell)) ?? '') + text : text);
  }
  return outward.some(({ error }) => !error) ? '' : text;
}
