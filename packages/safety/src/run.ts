// One program with its final words: judged by the rules, and opened when it only starts something else.
import { builtin } from './builtins.js';
import { asksForHelp, type Call, isDryRun, valuesOf } from './call.js';
import { bangLines, carriedLines, isCommandVariable, recipes } from './carriers.js';
import { type CodeFinding, judgeCode } from './code.js';
import { codeOf, isInterpreter, scriptFile, sedEffects } from './interpreters.js';
import { isKnown, legible, REMOTE, UNKNOWN } from './marks.js';
import { canonical, takesText } from './names.js';
import { outputOf } from './output.js';
import { parse } from './parse.js';
import { isSensitive } from './paths.js';
import { remember } from './remember.js';
import { CHANGE_SYSTEM_FILES, EXHAUST, RUN_REMOTE } from './rule.js';
import { statementsOf } from './rules/database.js';
import { ruleFor } from './rules.js';
import { deeper, isSettled, report, type Shell, takeStep } from './shell.js';
import { isShell, readShell } from './shells.js';
import { spread } from './spread.js';
import { shellEscapes } from './sql.js';
import type { Node } from './syntax.js';
import { type Inner, readsLines, unwrap } from './unwrap.js';

export type Frame = {
  readonly shell: Shell;
  readonly input: string | null;
  readonly env: ReadonlyMap<string, string>;
  /** The source text a finding points at. */
  readonly part: string;
};

/** Runs the words in imagination and answers what they print, as far as it is known. */
export function run(argv: readonly string[], frame: Frame): string {
  const { shell, input, part } = frame;
  const [name = '', ...args] = argv;
  if (name === '' || isSettled(shell) || !takeStep(shell, part)) return UNKNOWN;
  const own = shell.functions.get(name);
  if (own) return callFunction(own, argv, frame);
  const alias = shell.aliases.get(name);
  if (alias !== undefined && canonical(alias.split(' ', 1)[0] ?? '') !== canonical(name))
    return runLine([alias, ...args.map(quoted)].join(' '), frame);
  const program = canonical(name);
  if (!isKnown(program) || /[*?]/.test(program)) return unreadable(name.includes(REMOTE) ? REMOTE : name, frame);
  const call: Call = { program, args, input, env: frame.env, context: shell.inquiry.context };
  const effect = builtin(program, args, input, shell);
  if (effect?.kind === 'line') return runLine(effect.line, frame);
  if (effect?.kind === 'file') return runFile(effect.path, effect.positionals, frame);
  if (effect?.kind === 'done') return effect.output;
  for (const [variable, value] of frame.env) if (isCommandVariable(variable)) tryLine(value, frame);
  if (isShell(program)) return runShell(program, args, frame);
  const inner = unwrap(program, args) ?? spread(program, args, input);
  if (inner === null || inner.length === 0) {
    if (asksForHelp(args) || (isDryRun(args) && !isInterpreter(program))) return UNKNOWN;
  } else if (args[0] === '--help' || args[0] === '--version') return UNKNOWN;
  const rule = ruleFor(call);
  if (rule) {
    report(shell, { kind: 'destructive', reason: rule.reason, rule: rule.id, part: legible(part) });
    return UNKNOWN;
  }
  for (const line of carriedLines(program, args)) tryLine(line, frame);
  if (inner?.length === 0 && input !== null && readsLines(program)) return runLine(input, { ...frame, input: null });
  if (inner !== null)
    return inner.reduce((output, each) => output + runInner(each, frame), '') || outputOf({ ...call, files: shell.files });
  open(call, name, frame);
  remember(call, shell);
  return outputOf({ ...call, files: shell.files });
}

const runInner = (inner: Inner, frame: Frame): string =>
  'line' in inner ? runLine(inner.line, frame) : run(inner.argv, { ...frame, shell: deeper(frame.shell) });

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function unreadable(text: string, { shell, part }: Frame): string {
  if (text.includes(REMOTE)) report(shell, { kind: 'destructive', reason: RUN_REMOTE, rule: 'remote-code', part: legible(part) });
  else report(shell, { kind: 'unreadable', reason: 'run something only known when it runs', rule: 'dynamic', part: legible(part) });
  return UNKNOWN;
}

/** Runs a shell line one level deeper. */
function runLine(line: string, frame: Frame, positionals?: readonly string[]): string {
  if (line.includes(REMOTE) || !/[^\s\uFDD0-\uFDD2]/.test(line)) return line.trim() === '' ? '' : unreadable(line, frame);
  return frame.shell.evaluate(parse(line), deeper(frame.shell, positionals), frame.input);
}

function runFile(path: string, positionals: readonly string[], frame: Frame): string {
  const text = frame.shell.files.get(path) ?? (isKnown(path) ? frame.shell.inquiry.context.facts?.readScript(path) : null) ?? null;
  return text === null ? UNKNOWN : runLine(text, frame, positionals);
}

function runShell(program: string, args: readonly string[], frame: Frame): string {
  const task = readShell(program, args);
  switch (task.kind) {
    case 'line':
      return runLine(task.line, frame, task.positionals);
    case 'file':
      return runFile(task.path, task.positionals, frame);
    case 'input':
      return frame.input === null ? UNKNOWN : runLine(frame.input, { ...frame, input: null }, task.positionals);
    case 'nothing':
      return UNKNOWN;
  }
}

function callFunction(own: { called: boolean; readonly body: Node }, argv: readonly string[], frame: Frame): string {
  own.called = true;
  const inner = deeper(frame.shell, argv);
  const again = (frame.shell.calls.get(own.body) ?? 0) + 1;
  frame.shell.calls.set(own.body, again);
  // A function that calls itself twice over doubles with every call.
  if (again > 2) report(frame.shell, { kind: 'destructive', reason: EXHAUST, rule: 'fork-bomb', part: legible(frame.part) });
  const output = again > 1 ? UNKNOWN : frame.shell.evaluate({ nodes: [own.body], broken: null }, inner, frame.input);
  if (again === 1) frame.shell.calls.delete(own.body);
  return output;
}

const PROBE_STEPS = 10;
const MAX_PROBE_STEPS = 300;

/** Judges a text that would run as a shell line if the program did what it usually does with it. */
export function probe(line: string, shell: Shell): CodeFinding | null {
  const words = line.trim().split(/\s+/);
  const prose = words.length > 2 && words.every((word) => /^[A-Za-z,.!?']+$/.test(word));
  if (prose || isSettled(shell)) return null;
  shell.inquiry.steps = Math.max(0, shell.inquiry.steps - PROBE_STEPS);
  const inquiry = { ...shell.inquiry, destructive: null, unreadable: null, steps: MAX_PROBE_STEPS };
  const script = parse(line);
  if (script.broken !== null) return null;
  shell.evaluate(script, { ...deeper(shell), inquiry, variables: new Map(shell.variables), files: new Map(shell.files) }, null);
  if (inquiry.steps < 0) takeStep({ ...shell, depth: Number.POSITIVE_INFINITY }, legible(line).slice(0, 200));
  return inquiry.destructive;
}

function tryLine(line: string, { shell, part }: Frame): void {
  const found = line.includes(REMOTE) ? { reason: RUN_REMOTE, rule: 'remote-code' } : probe(line.replace(/^\s*[!;|]+/, ''), shell);
  if (found) report(shell, { kind: 'destructive', reason: found.reason, rule: found.rule, part: legible(part) });
}

/** Looks for what the program would execute beyond its own work. */
function open(call: Call, name: string, frame: Frame): void {
  const { program, args, input } = call;
  const { shell, part } = frame;
  if (program === 'sed' || program === 'gsed') {
    const { lines, writes } = sedEffects(args);
    for (const line of lines) tryLine(line, frame);
    if (writes.some((path) => isSensitive(path, call.context.projectRoot)))
      report(shell, { kind: 'destructive', reason: CHANGE_SYSTEM_FILES, rule: 'sensitive-path', part: legible(part) });
  }
  for (const line of statementsOf(call).flatMap(shellEscapes)) tryLine(line, frame);
  if (program === 'make' && input !== null && valuesOf(args, '-f', '--file').some((path) => path === '-' || path === '/dev/stdin'))
    for (const line of recipes(input)) tryLine(line, frame);
  for (const line of input === null ? [] : bangLines(program, input)) tryLine(line, frame);
  if (program === 'crontab' && input !== null)
    for (const line of input.split('\n')) tryLine(line.replace(/^\s*(@\w+|(\S+\s+){5})/, ''), frame);
  for (const code of codesOf(call, shell)) {
    const found = code.includes(REMOTE) ? { reason: RUN_REMOTE, rule: 'remote-code' } : judgeCode(code, (line) => probe(line, shell));
    if (found === 'unreadable') unreadable(UNKNOWN, frame);
    else if (found) report(shell, { kind: 'destructive', reason: found.reason, rule: found.rule, part: legible(part) });
  }
  if (name.includes('/')) runFile(name, [name, ...args], frame);
  if (!takesText(program) && !isInterpreter(program)) lookInside(args, frame);
}

function codesOf({ program, args, input }: Call, shell: Shell): string[] {
  const file = scriptFile(program, args);
  const text =
    file === undefined
      ? undefined
      : (shell.files.get(file) ?? (isInterpreter(program) ? shell.inquiry.context.facts?.readScript(file) : null) ?? undefined);
  return [...codeOf(program, args, input), ...(text === undefined ? [] : [text])];
}

/** A deletion inside some other notation: `exec:rm -r x`, `system("rm -r x")`, `{rm -r x}`. */
const HIDDEN = /[("'`{!:=;|&,]\s*((?:\/(?:usr\/)?bin\/)?rm\s+-[^)"'`}]+)/g;

const MAX_TAILS = 8;
const MAX_TAIL = 40;

/** Programs we do not know: a tail that reads like a destructive call, or a word that is one, is taken for what it looks like. */
function lookInside(args: readonly string[], frame: Frame): void {
  let tails = 0;
  args.forEach((arg, at) => {
    const next = args[at + 1];
    const tail = /^(\S*\/)?(rm|shred|git|dd|find|kill|pkill|chmod|chown|sh|bash|sudo)$/.test(arg) && next !== undefined;
    if (tail && (next.startsWith('-') || arg === 'git' || /=/.test(next)) && tails++ < MAX_TAILS)
      tryLine(
        args
          .slice(at, at + MAX_TAIL)
          .map(quoted)
          .join(' '),
        frame,
      );
    for (const [, line = ''] of arg.matchAll(HIDDEN)) tryLine(line, frame);
    const target = /^--?\w*(?:out|log|write|dest|save|dump|target|filename)\w*(?:=(.+))?$/i.exec(arg);
    if (target && isSensitive(target[1] ?? next ?? ''))
      report(frame.shell, { kind: 'destructive', reason: CHANGE_SYSTEM_FILES, rule: 'sensitive-path', part: legible(frame.part) });
    const value = /^-{0,2}[\w.-]*=(.*)$/s.exec(arg)?.[1] ?? arg;
    if (value.includes(' ') && /\b(rm|shred|git|dd|find|mkfs|chmod|kill)\s/.test(value)) tryLine(value, frame);
  });
}
