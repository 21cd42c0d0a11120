// One program with its final words: judged by the rules, and opened when it only starts something else.
import { builtin } from './builtins.js';
import { asksForHelp, type Call, isDryRun, valuesOf } from './call.js';
import { bangLines, carriedLines, isCommandVariable, recipes } from './carriers.js';
import { codeOf, isInterpreter, scriptFiles, sedEffects } from './interpreters.js';
import { isKnown, legible, REMOTE, UNKNOWN } from './marks.js';
import { namedScript } from './named-scripts.js';
import { canonical, takesText } from './names.js';
import { outputOf } from './output.js';
import { parse } from './parse.js';
import { opensDoors } from './place.js';
import { isProse } from './prose.js';
import { remember } from './remember.js';
import { CHANGE_SYSTEM_FILES, EXHAUST } from './rule.js';
import { statementsOf } from './rules/database.js';
import { ruleFor } from './rules.js';
import { ownLine, runCodeFile, runFile, runNamed } from './run-scripts.js';
import { deeper, inSubshell, isSettled, placeOf, report, takeStep } from './shell.js';
import { isShell, readShell } from './shells.js';
import { spread } from './spread.js';
import { shellEscapes } from './sql.js';
import { type Frame, judge, tryLine, unreadable } from './suspect.js';
import type { Node } from './syntax.js';
import { type Inner, readsLines, unwrap } from './unwrap.js';

/** Runs the words in imagination and answers what they print, as far as it is known. */
export function run(argv: readonly string[], frame: Frame): string {
  const { shell, input, part } = frame;
  const [name = '', ...args] = argv;
  if (name === '' || isSettled(shell) || !takeStep(shell, part)) return UNKNOWN;
  const own = frame.started ? undefined : shell.functions.get(name);
  if (own) return callFunction(own, argv, frame);
  const alias = frame.started ? undefined : shell.aliases.get(name);
  if (alias !== undefined && canonical(alias.split(' ', 1)[0] ?? '') !== canonical(name))
    return runLine([alias, ...args.map(quoted)].join(' '), frame, undefined, true);
  const program = canonical(name);
  if (!isKnown(program) || /[*?]|\[.+\]/.test(program)) return unreadable(name.includes(REMOTE) ? REMOTE : name, frame);
  shell.inquiry.ran?.push(name);
  shell.inquiry.calls?.push({ argv: [program, ...args], folder: shell.folders.at(-1) ?? '' });
  const call: Call = { program, args, input, env: frame.env, place: placeOf(shell) };
  const effect = builtin(program, args, input, shell);
  if (effect?.kind === 'line') return runLine(effect.line, effect.consumed ? { ...frame, input: null } : frame, undefined, true);
  if (effect?.kind === 'file') return runScript(effect.path, effect.positionals, frame, true);
  if (effect?.kind === 'done') return effect.output;
  for (const [variable, value] of frame.env) if (isCommandVariable(variable)) tryLine(value, frame);
  if (isShell(program)) return runShell(program, args, frame);
  const inner = unwrap(program, args) ?? spread(program, args, input);
  if (inner === null || inner.length === 0) {
    if (asksForHelp(args) || (isDryRun(args) && !isInterpreter(program))) return UNKNOWN;
  } else if (args[0] === '--help' || args[0] === '--version') return UNKNOWN;
  const rule = ruleFor(call, inner !== null && inner.length > 0);
  if (rule) {
    report(shell, { kind: 'destructive', reason: rule.reason, rule: rule.id, part: legible(part) });
    if (shell.inquiry.calls === null) return UNKNOWN;
  }
  for (const line of carriedLines(program, args)) tryLine(line, frame);
  if (inner?.length === 0 && input !== null && readsLines(program)) return runLine(input, { ...frame, input: null });
  if (inner !== null) return inner.reduce((output, each) => output + runInner(each, frame), '') || outputOf(call);
  open(call, name, frame);
  remember(call, shell);
  return outputOf(call);
}

const runInner = (inner: Inner, frame: Frame): string =>
  'line' in inner ? runLine(inner.line, frame) : run(inner.argv, { ...frame, shell: deeper(frame.shell), started: true });

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs a shell line one level deeper; `here` means in this very shell, so that where it goes it stays. */
function runLine(line: string, frame: Frame, positionals?: readonly string[], here = false): string {
  if (line.includes(REMOTE) || !/[^\s\uFDD0-\uFDD2]/.test(line)) return line.trim() === '' ? '' : unreadable(line, frame);
  const inner = deeper(frame.shell, positionals);
  const work = (): string => frame.shell.evaluate(parse(line), inner, frame.input);
  if (!here) return inSubshell(inner, work);
  const output = work();
  frame.shell.folders = inner.folders;
  return output;
}

function runScript(path: string, positionals: readonly string[], frame: Frame, here = false): string {
  const own = ownLine(path, frame);
  return own === undefined ? runFile(path, positionals, frame, here) : runLine(own, frame, positionals, here);
}

function runShell(program: string, args: readonly string[], frame: Frame): string {
  const task = readShell(program, args);
  switch (task.kind) {
    case 'line':
      return runLine(task.line, frame, task.positionals);
    case 'file':
      return runScript(task.path, task.positionals, frame);
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
  frame.shell.folders = inner.folders;
  return output;
}

/** Looks for what the program would execute beyond its own work. */
function open(call: Call, name: string, frame: Frame): void {
  const { program, args, input } = call;
  const { shell, part } = frame;
  if (program === 'sed' || program === 'gsed') {
    const { lines, writes } = sedEffects(args);
    for (const line of lines) tryLine(line, frame);
    if (writes.some((path) => opensDoors(path, call.place)))
      report(shell, { kind: 'destructive', reason: CHANGE_SYSTEM_FILES, rule: 'sensitive-path', part: legible(part) });
  }
  for (const line of statementsOf(call).flatMap(shellEscapes)) tryLine(line, frame);
  if (program === 'make' && input !== null && valuesOf(args, '-f', '--file').some((path) => path === '-' || path === '/dev/stdin'))
    for (const line of recipes(input)) tryLine(line, frame);
  for (const line of input === null ? [] : bangLines(program, input)) tryLine(line, frame);
  if (program === 'crontab' && input !== null)
    for (const line of input.split('\n')) tryLine(line.replace(/^\s*(@\w+|(\S+\s+){5})/, ''), frame);
  for (const code of codeOf(program, args, input)) judge(code, frame);
  for (const file of scriptFiles(program, args)) runCodeFile(file, call, frame);
  const script = namedScript(program, args);
  if (script && !runNamed(script, frame) && script.otherwise) run(script.otherwise, { ...frame, shell: deeper(shell), started: true });
  if (name.includes('/')) runScript(name, [name, ...args], frame);
  if (!takesText(program) && !isInterpreter(program)) lookInside(args, frame);
}

/** A deletion inside some other notation: `exec:rm -r x`, `system("rm -r x")`, `{rm -r x}`. */
const HIDDEN = /[("'`{!:=;|&,]\s*((?:\/(?:usr\/)?bin\/)?rm\s+-[^)"'`}]+)/g;

/** Begins with what destroys or with what starts it, or joins several commands. */
const LINE =
  /^(?=.*\b(?:rm|shred|git|dd|find|mkfs|chmod|kill)\s)(?:[\s(!]*(?:\S*\/)?(?:rm|shred|git|dd|find|mkfs\S*|chmod|kill|sh|bash|sudo|env|xargs|timeout|nohup)\s|.*(?:[;&|`]|\$\())/s;

/** Programs whose call is known when it is seen; those of the second kind whatever follows. */
const TAIL =
  /^(\S*\/)?(rm|shred|dd|find|p?kill|killall|chmod|chown|truncate|mkfs\S*|crontab|(ba|z|da)?sh|node|python\d?|perl|ruby|php|psql|mysql|sqlite3|redis-cli|git|sudo|doas|terraform|kubectl|docker)$/;
const STARTS = /^(\S*\/)?(git|sudo|doas|terraform|kubectl|docker)$/;

const MAX_TAILS = 8;
const MAX_TAIL = 40;

/** Programs we do not know: a tail that reads like a destructive call, or a word that is one, is taken for what it looks like. */
function lookInside(all: readonly string[], frame: Frame): void {
  const end = all.indexOf('--');
  if (end >= 0)
    tryLine(
      all
        .slice(end + 1, end + MAX_TAIL)
        .map(quoted)
        .join(' '),
      frame,
    );
  const args = end < 0 ? all : all.slice(0, end);
  let tails = 0;
  args.forEach((arg, at) => {
    const next = args[at + 1];
    if (next !== undefined && tails < MAX_TAILS && TAIL.test(arg) && (STARTS.test(arg) || /^-|=/.test(next))) {
      tails++;
      const tail = args.slice(at, at + MAX_TAIL);
      tryLine(tail.map(quoted).join(' '), frame);
    }
    for (const [, line = ''] of arg.matchAll(HIDDEN)) tryLine(line, frame);
    const target = /^--?\w*(?:out|log|write|dest|save|dump|target|filename)\w*(?:=(.+))?$/i.exec(arg);
    if (target && opensDoors(target[1] ?? next ?? '', placeOf(frame.shell)))
      report(frame.shell, { kind: 'destructive', reason: CHANGE_SYSTEM_FILES, rule: 'sensitive-path', part: legible(frame.part) });
    const value = /^-{0,2}[\w.-]*=(.*)$/s.exec(arg)?.[1] ?? arg;
    if (LINE.test(value) && !isProse(value)) tryLine(value, frame);
  });
}
