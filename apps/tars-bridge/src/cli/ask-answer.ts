// Asks the person at the terminal what the task asks.
import { answeredSentence, answerQuestion, type Question } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { askUntilAnswered } from './ask-until-answered.js';
import { askShown } from './prompt.js';
import type { Terminal } from './terminal.js';

export const ANSWER_PROMPT = 'Your answer: ';

type Asked = { taskId: string; question: Question; lapse: AbortSignal };

export function askAnswer(
  { store, redact }: Pick<Control, 'store' | 'redact'>,
  terminal: Terminal,
  { taskId, question, lapse }: Asked,
): Promise<void> {
  return askUntilAnswered(terminal, {
    lapse,
    isOpen: async () => (await store.read(taskId))?.question?.id === question.id,
    ask: () => askShown(terminal, ANSWER_PROMPT, lapse),
    async handOver(line) {
      if (line.trim() === '') return null;
      const answer = { taskId, questionId: question.id, text: line, channel: 'cli', redact, at: Date.now() } as const;
      return answeredSentence(await answerQuestion(store, answer));
    },
    otherwise: `tars answer ${taskId} "…"`,
  });
}
