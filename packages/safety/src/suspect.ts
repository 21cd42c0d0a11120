// Texts a program may run: judged as the shell line or the program text they would be.
import { type CodeFinding, judgeCode } from './code.js';
import { legible, REMOTE, UNKNOWN } from './marks.js';
import { parse } from './parse.js';
import { DYNAMIC, RUN_REMOTE } from './rule.js';
import { deeper, isSettled, report, type Shell, takeStep } from './shell.js';

export type Frame = {
  readonly shell: Shell;
  readonly input: string | null;
  readonly env: ReadonlyMap<string, string>;
  /** The source text a finding points at. */
  readonly part: string;
  /** Started by another program, which knows neither functions nor aliases. */
  readonly started?: boolean;
};

/** Something is run that only shows when it runs. */
export function unreadable(text: string, { shell, part }: Frame): string {
  if (text.includes(REMOTE)) report(shell, { kind: 'destructive', reason: RUN_REMOTE, rule: 'remote-code', part: legible(part) });
  else report(shell, { kind: 'unreadable', reason: DYNAMIC, rule: 'dynamic', part: legible(part) });
  return UNKNOWN;
}

const PROBE_STEPS = 10;
const MAX_PROBE_STEPS = 300;

/** Judges a text that would run as a shell line if the program did what it usually does with it. */
export function probe(line: string, shell: Shell): CodeFinding | null {
  if (isSettled(shell)) return null;
  shell.inquiry.steps = Math.max(0, shell.inquiry.steps - PROBE_STEPS);
  const inquiry = { ...shell.inquiry, destructive: null, unreadable: null, ran: null, calls: null, steps: MAX_PROBE_STEPS };
  const script = parse(line);
  if (script.broken !== null) return null;
  shell.evaluate(
    script,
    { ...deeper(shell), inquiry, variables: new Map(shell.variables), scope: null, files: new Map(shell.files) },
    null,
  );
  if (inquiry.steps < 0) takeStep({ ...shell, depth: Number.POSITIVE_INFINITY }, legible(line).slice(0, 200));
  return inquiry.destructive;
}

/** Judges a text that the program would run as a shell line. */
export function tryLine(line: string, { shell, part }: Frame): void {
  const found = line.includes(REMOTE) ? { reason: RUN_REMOTE, rule: 'remote-code' } : probe(line.replace(/^\s*[!;|]+/, ''), shell);
  if (found) report(shell, { kind: 'destructive', reason: found.reason, rule: found.rule, part: legible(part) });
}

/** Judges program text of another language. */
export function judge(code: string, frame: Frame): void {
  const { shell, part } = frame;
  const found = code.includes(REMOTE) ? { reason: RUN_REMOTE, rule: 'remote-code' } : judgeCode(code, (line) => probe(line, shell));
  if (found === 'unreadable') unreadable(UNKNOWN, frame);
  else if (found) report(shell, { kind: 'destructive', reason: found.reason, rule: found.rule, part: legible(part) });
}
