// How a code or a denial ended, as output and exit code of a command.
import { type Submitted, submittedSentence } from '@tars/core';
import { EXIT, type ExitCode } from './exit-code.js';
import { json, note, out, type Terminal } from './terminal.js';

const EXIT_CODE: Readonly<Record<Submitted['outcome'], ExitCode>> = {
  approved: EXIT.ok,
  denied: EXIT.ok,
  wrong_code: EXIT.failed,
  code_spent: EXIT.failed,
  not_a_code: EXIT.usage,
  locked: EXIT.failed,
  expired: EXIT.failed,
  nothing_pending: EXIT.failed,
  too_soon: EXIT.failed,
  unknown_task: EXIT.usage,
  ambiguous_task: EXIT.usage,
  no_code_configured: EXIT.usage,
};

export function reportSubmitted(terminal: Terminal, result: Submitted, asJson: boolean): ExitCode {
  const exitCode = EXIT_CODE[result.outcome];
  const message = submittedSentence(result);
  if (asJson) {
    json(terminal, {
      status: exitCode === EXIT.ok ? 'ok' : 'error',
      reason: result.outcome,
      message,
      ...(result.taskId === '' ? {} : { task_id: result.taskId }),
      ...(result.outcome === 'wrong_code' || result.outcome === 'code_spent' ? { tries_left: result.triesLeft } : {}),
      ...(result.outcome === 'ambiguous_task' ? { pending: result.pending } : {}),
    });
  } else if (exitCode === EXIT.ok) out(terminal, message);
  else note(terminal, result.outcome === 'unknown_task' ? `${message} \`tars list\` shows the ids there are.` : message);
  return exitCode;
}
