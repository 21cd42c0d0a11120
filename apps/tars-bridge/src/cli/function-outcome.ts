// What a function answered, as output and exit code of a command.
import { type FunctionAnswer, UndoRefusal } from '@tars/core';
import { EXIT, type ExitCode } from './exit-code.js';
import { json, note, out, type Terminal } from './terminal.js';

/** Refusals that no other argument or setting would have changed. */
const REFUSED_BY_STATE: ReadonlySet<string> = new Set([
  'already_ended',
  'already_paused',
  'already_undoing',
  'being_cancelled',
  'finished',
  'nothing_done',
  'still_running',
  ...UndoRefusal.options,
  'not_ended',
  'not_paused',
  'nothing_running',
  'too_many',
  'unavailable',
]);

/** `asJson` prints the task (or the tasks); a refusal is JSON too then, beside its sentence on stderr. `said` is how the task was named. */
export function report(
  terminal: Terminal,
  answer: FunctionAnswer,
  { asJson, said }: { asJson: boolean; said?: string | undefined },
): ExitCode {
  if (answer.ok) {
    if (asJson) json(terminal, answer.task ?? { tasks: answer.tasks ?? [] });
    else out(terminal, answer.text);
    return EXIT.ok;
  }
  const { reasonCode = 'error', text } = answer;
  note(
    terminal,
    reasonCode === 'unknown_task' && said !== undefined ? `${text} (${JSON.stringify(said)}; \`tars list\` shows the ids.)` : text,
  );
  if (asJson) json(terminal, { status: 'error', reason: reasonCode, message: text });
  if (reasonCode === 'unavailable') return EXIT.noRedis;
  return REFUSED_BY_STATE.has(reasonCode) ? EXIT.failed : EXIT.usage;
}
