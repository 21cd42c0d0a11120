// Script files and named scripts: found, read when anybody can, and judged by what they run.
import type { Call } from './call.js';
import { isInterpreter } from './interpreters.js';
import { isInstalled, isText, judgeKept, noteUnread, shebangOf } from './kept.js';
import { legible, UNKNOWN } from './marks.js';
import type { NamedScript } from './named-scripts.js';
import { canonical } from './names.js';
import { parse } from './parse.js';
import { heldIn, pathFrom, readKept } from './place.js';
import { placeOf } from './shell.js';
import { type Frame, judge } from './suspect.js';

/** Text that a file of this very line holds, when it is for a shell to run. */
export function ownLine(path: string, { shell }: Frame): string | undefined {
  const own = heldIn(path, placeOf(shell));
  return own === undefined || isInterpreter(canonical(shebangOf(own))) ? undefined : own;
}

/** Judges a script file that the project keeps. */
export function runFile(path: string, positionals: readonly string[], frame: Frame, sourced: boolean): string {
  const { shell, part, input } = frame;
  const place = placeOf(shell);
  if (isInstalled(path)) return UNKNOWN;
  const text = heldIn(path, place) ?? readKept(path, place);
  if (text === null) noteUnread(shell, legible(part));
  else if (isText(text))
    judgeKept(shell, legible(part), sourced, (inner) => {
      inner.positionals = positionals;
      if (isInterpreter(canonical(shebangOf(text)))) judge(text, { ...frame, shell: inner });
      else inner.evaluate(parse(text), inner, input);
    });
  return UNKNOWN;
}

/** Runs what a project's own name for a script stands for; false when nobody can tell that there is such a script. */
export function runNamed(script: NamedScript, { shell, part, input }: Frame): boolean {
  const key = `${script.folder}\n${script.name}`;
  if (shell.scripts.has(key)) return true;
  const folders = shell.folders.map((folder) => (script.folder === '' ? folder : pathFrom(folder, script.folder)));
  const place = { ...placeOf(shell), folders };
  for (const file of script.files) {
    const text = heldIn(file, place) ?? readKept(file, place);
    if (text === null) continue;
    const lines = script.lines(text);
    const scripts = new Set([...shell.scripts, key]);
    judgeKept({ ...shell, folders, scripts }, legible(part), false, (inner) => {
      for (const line of lines ?? []) inner.evaluate(parse(line), { ...inner }, input);
    });
    return lines !== null;
  }
  if (script.sure) noteUnread(shell, legible(part));
  return script.sure;
}

/** Judges the program text in a file that an interpreter runs. */
export function runCodeFile(file: string, { place }: Call, frame: Frame): void {
  const { shell, part } = frame;
  const own = heldIn(file, place);
  if (own !== undefined) judge(own, frame);
  if (own !== undefined || isInstalled(file)) return;
  const text = readKept(file, place);
  if (text === null) noteUnread(shell, legible(part));
  else if (isText(text)) judgeKept(shell, legible(part), false, (inner) => judge(text, { ...frame, shell: inner }));
}
