// Asks the person at the terminal for the code of one request, again after a wrong one, until it is answered here or elsewhere.
import { type ConfirmationRequest, parseAnswer, submittedSentence } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { askHidden } from './prompt.js';
import { note, type Terminal } from './terminal.js';

export const CODE_PROMPT = 'Confirmation code (or no): ';

type Asked = { taskId: string; request: ConfirmationRequest; lapse: AbortSignal };

export async function askCode(
  { store, confirmations }: Pick<Control, 'store' | 'confirmations'>,
  terminal: Terminal,
  { taskId, request, lapse }: Asked,
): Promise<void> {
  const target = { taskId, confirmationId: request.id, channel: 'cli' } as const;
  try {
    while (!lapse.aborted && (await store.read(taskId))?.confirmation?.id === request.id) {
      const typed = await askHidden(terminal, CODE_PROMPT, lapse);
      if (typed.kind === 'interrupted') process.kill(process.pid, 'SIGINT');
      if (typed.kind !== 'line') return;
      const answer = parseAnswer(typed.line);
      if (answer.kind === 'none') continue;
      const result =
        answer.kind === 'code'
          ? await confirmations.submit({ ...target, code: answer.code })
          : await confirmations.deny({ ...target, because: answer.because });
      note(terminal, submittedSentence(result));
    }
  } catch (error) {
    note(
      terminal,
      `The answer could not be handed over: ${error instanceof Error ? error.message : String(error)}. Use: tars confirm ${taskId}`,
    );
  }
}
