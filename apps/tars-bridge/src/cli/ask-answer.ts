// Asks the person at the terminal what the task asks, until it is answered here or elsewhere.
import { answeredSentence, answerQuestion, type Question } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { askShown } from './prompt.js';
import { note, type Terminal } from './terminal.js';

export const ANSWER_PROMPT = 'Your answer: ';

type Asked = { taskId: string; question: Question; lapse: AbortSignal };

export async function askAnswer(
  { store, redact }: Pick<Control, 'store' | 'redact'>,
  terminal: Terminal,
  { taskId, question, lapse }: Asked,
): Promise<void> {
  try {
    while (!lapse.aborted && (await store.read(taskId))?.question?.id === question.id) {
      const typed = await askShown(terminal, ANSWER_PROMPT, lapse);
      if (typed.kind === 'interrupted') process.kill(process.pid, 'SIGINT');
      if (typed.kind !== 'line') return;
      if (typed.line.trim() === '') continue;
      const answer = { taskId, questionId: question.id, text: typed.line, channel: 'cli', redact, at: Date.now() } as const;
      note(terminal, answeredSentence(await answerQuestion(store, answer)));
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    note(terminal, `The answer could not be handed over: ${why}. Use: tars answer ${taskId} "…"`);
  }
}
