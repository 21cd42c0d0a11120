// Asks the person at the terminal for the code of one request.
import { type ConfirmationRequest, parseAnswer, submittedSentence } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { askUntilAnswered } from './ask-until-answered.js';
import { askHidden } from './prompt.js';
import type { Terminal } from './terminal.js';

export const CODE_PROMPT = 'Confirmation code (or no): ';

type Asked = { taskId: string; request: ConfirmationRequest; lapse: AbortSignal };

export function askCode(
  { store, confirmations }: Pick<Control, 'store' | 'confirmations'>,
  terminal: Terminal,
  { taskId, request, lapse }: Asked,
): Promise<void> {
  const target = { taskId, confirmationId: request.id, channel: 'cli' } as const;
  return askUntilAnswered(terminal, {
    lapse,
    isOpen: async () => (await store.read(taskId))?.confirmation?.id === request.id,
    ask: () => askHidden(terminal, CODE_PROMPT, lapse),
    async handOver(line) {
      const answer = parseAnswer(line);
      if (answer.kind === 'none') return null;
      const result =
        answer.kind === 'code'
          ? await confirmations.submit({ ...target, code: answer.code })
          : await confirmations.deny({ ...target, because: answer.because });
      return submittedSentence(result);
    },
    otherwise: `tars confirm ${taskId}`,
  });
}
